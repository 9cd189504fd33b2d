"""What files say is found where it belongs, and an import that broke off is finished by another."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree
from typing import Any
from uuid import uuid4

import pytest

from app.importer.load import Import
from app.importer.shop import Shop, UnfitShop, read_shop
from domain.contracts.catalog import Catalog, FindItems
from domain.contracts.customers import Customers, FindCustomer
from domain.contracts.fulfillment import FindOptions, Fulfillment
from domain.contracts.inventory import FindStock, Inventory
from domain.contracts.pricing import Pricing
from domain.shared.model import TryAgainLater
from domain.shared.values import Money, Sku
from tests.conftest import KeptHouse

NAMES = re.compile(r"bouquet_|pot_ceramic|orchid_white|gardenias|customer_\d|addr_\d|promo_\d")
DEMO = Path(__file__).parents[2] / "demo" / "flower_shop"


def a_shop(folder: Path) -> tuple[Shop, str]:
    """The demo shop under names that no other test uses, and what they begin with."""
    mark = uuid4().hex[:12]
    copied = Path(copytree(DEMO, folder / "shop"))
    for file in copied.glob("*.csv"):
        text = file.read_text()
        text = NAMES.sub(rf"{mark}\g<0>", text)
        file.write_text(text.replace("@example.com", f"@{mark}.example"))
    return read_shop(copied), mark


def into(house: KeptHouse, **instead: Any) -> Import:
    contracts: dict[str, Any] = {
        "catalog": house.contract(Catalog),
        "customers": house.contract(Customers),
        "fulfillment": house.contract(Fulfillment),
        "inventory": house.contract(Inventory),
        "pricing": house.contract(Pricing),
    }
    return Import(**{**contracts, **instead})


@dataclass
class Away:
    """A context that cannot be reached."""

    calls: list[object] = field(default_factory=list)

    async def put_products(self, message: object, /) -> None:
        self.calls.append(message)
        raise ConnectionError


async def test_everything_is_found_where_it_belongs(house: KeptHouse, tmp_path: Path) -> None:
    shop, mark = a_shop(tmp_path)

    await into(house)(shop)

    roses, gardenias = Sku(f"{mark}bouquet_roses"), Sku(f"{mark}gardenias")
    items = await house.contract(Catalog).find_items(FindItems(skus=(roses,), currency="USD"))
    assert items.items[0].unit_price == Money(3500, "USD")
    stock = await house.contract(Inventory).find_stock(FindStock(skus=(roses, gardenias)))
    assert sorted(item.units_on_hand for item in stock.items) == [0, 1000]
    ann = FindCustomer(email=f"John.Doe@{mark}.example")
    found = await house.contract(Customers).find_customer(ann)
    assert found.customer
    assert len(found.customer.addresses) == 2
    options = await house.contract(Fulfillment).find_options(
        FindOptions(country="US", currency="USD")
    )
    assert {"std-ship", "exp-ship-us"} <= {option.rate_id for option in options.options}


async def test_an_import_that_broke_off_is_finished_by_another(
    house: KeptHouse, tmp_path: Path
) -> None:
    shop, mark = a_shop(tmp_path)
    with pytest.raises(ConnectionError):
        await into(house, catalog=Away())(shop)

    await into(house)(shop)

    roses = FindItems(skus=(Sku(f"{mark}bouquet_roses"),), currency="USD")
    assert len((await house.contract(Catalog).find_items(roses)).items) == 1


async def test_a_context_that_is_busy_is_asked_again(house: KeptHouse, tmp_path: Path) -> None:
    shop, _ = a_shop(tmp_path)
    real = house.contract(Catalog)

    class Busy(Away):
        async def put_products(self, message: Any, /) -> Any:
            self.calls.append(message)
            if len(self.calls) < 3:
                raise TryAgainLater
            return await real.put_products(message)

    busy = Busy()

    await into(house, catalog=busy)(shop)

    assert len(busy.calls) == 3


async def test_what_a_context_refuses_is_told_by_file_and_line(
    house: KeptHouse, tmp_path: Path
) -> None:
    shop, mark = a_shop(tmp_path)
    await into(house)(shop)
    customers = tmp_path / "shop" / "customers.csv"
    customers.write_text(customers.read_text().replace(f"{mark}customer_1", f"{mark}customer_9"))
    addresses = tmp_path / "shop" / "addresses.csv"
    addresses.write_text(addresses.read_text().replace(f"{mark}customer_1", f"{mark}customer_9"))

    with pytest.raises(UnfitShop) as unfit:
        await into(house)(read_shop(tmp_path / "shop"))

    assert unfit.value.mistakes == [
        f"customers.csv:2: email: customer {mark}customer_1 has this e-mail address already"
    ]
