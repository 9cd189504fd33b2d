from dataclasses import dataclass

from domain.catalog.ports import Begin
from domain.contracts.catalog import ArchiveProduct, KeptProduct


@dataclass(frozen=True)
class ArchiveProductHandler:
    begin: Begin

    async def __call__(self, message: ArchiveProduct, /) -> KeptProduct:
        async with self.begin() as kept:
            product = await kept.get(message.product_id)
            product.archive(message.version)
            await kept.save([product])
        return product.kept()
