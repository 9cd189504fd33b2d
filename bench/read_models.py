"""What a copy of a product costs against asking the database: no HTTP, one reader, then many.

python -m bench.read_models [redis://... [an empty database]]
"""

import sys
from asyncio import gather, run
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from tests.databases import a_database
from tests.engines import sqlite_in

from domain.catalog.product import Product
from domain.contracts.catalog import ProductDetails, Variant
from domain.shared.values import Money, Sku
from infrastructure.catalog.products import SqlProducts
from infrastructure.catalog.showcase import KeptShowcase
from infrastructure.shared.caches.copies import Copies
from infrastructure.shared.caches.redis_store import RedisStore
from infrastructure.shared.caches.stores import InProcessStore, Store
from infrastructure.shared.database.engines import transaction

TIMES, READERS = 2000, 32
SKU = Sku("tea")


async def main(redis_url: str = "", database_url: str = "") -> None:
    with TemporaryDirectory() as folder:
        async with a_database(database_url or sqlite_in(Path(folder))) as engine:
            begin = partial(transaction, engine, SqlProducts)
            variant = Variant(sku=SKU, title="100 g", prices=(Money(1250, "USD"),))
            tea = ProductDetails(product_id="tea", title="Tea", variants=(variant,))
            async with begin() as products:
                await products.save([Product.described(tea)])

            async def from_database() -> object:
                async with begin() as products:
                    return await products.find_items([SKU], "USD")

            await tell(f"database ({engine.dialect.name})", from_database)
            stores: dict[str, Store] = {"copy in the process": InProcessStore()}
            if redis_url:
                stores["copy in Redis"] = RedisStore(redis_url)
            for name, store in stores.items():
                shown = KeptShowcase(begin, Copies(store))
                await tell(name, partial(shown.find_items, [SKU], "USD"))
                await store.close()


async def tell(name: str, find: Callable[[], Awaitable[object]]) -> None:
    await find()
    taken: list[float] = []

    async def read(times: int) -> None:
        for _ in range(times):
            begun = perf_counter()
            await find()
            taken.append(perf_counter() - begun)

    await read(TIMES)
    alone = median(taken) * 1e6
    begun = perf_counter()
    await gather(*(read(TIMES // READERS) for _ in range(READERS)))
    each_second = TIMES // READERS * READERS / (perf_counter() - begun)
    sys.stdout.write(f"{name}: p50 {alone:.0f} us alone, {each_second:.0f}/s with {READERS}\n")


if __name__ == "__main__":
    run(main(*sys.argv[1:]))
