"""A folder of CSV files, understood as a whole before any of it is believed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.importer import cells, rows
from app.importer.sheets import Columns, Row, read_sheet
from domain.contracts.catalog import ProductDetails
from domain.contracts.customers import CustomerDetails, StoredAddress
from domain.contracts.fulfillment import ShippingRate
from domain.contracts.inventory import Count
from domain.contracts.pricing import Discount, Promotion, TaxRate

FILES = {
    "products.csv": Columns(
        ("id", "title", "price", "image_url"),
        ("currency", "description", "tax_category", "needs_delivery", "ships_apart"),
    ),
    "inventory.csv": Columns(("product_id", "quantity")),
    "customers.csv": Columns(("id", "name", "email")),
    "addresses.csv": Columns(
        ("id", "customer_id", "street_address", "city", "state", "postal_code", "country")
    ),
    "discounts.csv": Columns(
        ("code", "type", "value", "description"),
        ("currency", "ends_at", "target", "method", "is_exclusive", "needs_account"),
    ),
    "promotions.csv": Columns(
        ("id", "type", "min_subtotal", "eligible_item_ids", "description"), ("currency",)
    ),
    "shipping_rates.csv": Columns(
        ("id", "country_code", "service_level", "price", "title"),
        ("currency", "carrier", "description", "earliest_days", "latest_days"),
    ),
    "payment_instruments.csv": Columns(
        ("id", "type", "brand", "last_digits", "token", "handler_id")
    ),
    "tax_rates.csv": Columns(
        ("country", "basis_points", "title"), ("region", "category", "is_included")
    ),
}
OPTIONAL = {"payment_instruments.csv", "tax_rates.csv"}


@dataclass
class Shop:
    """Everything that a folder says. `lines` tells on which line of which file each thing stands."""

    products: list[ProductDetails] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    customers: list[CustomerDetails] = field(default_factory=list)
    discounts: list[Discount] = field(default_factory=list)
    promotions: list[Promotion] = field(default_factory=list)
    tax_rates: list[TaxRate] = field(default_factory=list)
    rates: list[ShippingRate] = field(default_factory=list)
    instruments: int = 0
    lines: dict[tuple[str, str], str] = field(default_factory=dict)


class UnfitShop(Exception):
    """What is wrong, a line for each, named by file and line."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


def read_shop(folder: Path) -> Shop:
    """Read all files of a folder. Raises `UnfitShop` with every mistake in them."""
    if not folder.is_dir():
        raise UnfitShop([f"{folder}: is no folder"])
    reading = _Reading(folder)
    shop = Shop()
    shop.products = reading.all("products.csv", rows.product)
    shop.counts = reading.all("inventory.csv", rows.count)
    homes: dict[str, list[StoredAddress]] = {}
    for owner, address in reading.all("addresses.csv", rows.address):
        homes.setdefault(owner, []).append(address)
    shop.customers = reading.all("customers.csv", lambda row: rows.customer(row, homes))
    shop.discounts = reading.all("discounts.csv", rows.discount)
    shop.promotions = reading.all("promotions.csv", rows.promotion)
    shop.rates = reading.all("shipping_rates.csv", rows.rate)
    shop.tax_rates = reading.all("tax_rates.csv", rows.tax_rate)
    shop.instruments = len(reading.all("payment_instruments.csv", rows.instrument))
    reading.require_known()
    if reading.mistakes:
        raise UnfitShop(reading.mistakes)
    shop.lines = reading.lines
    return shop


class _Reading:
    """What was read so far: where each thing stands, and what is wrong."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows: dict[str, list[Row]] = {}
        self._is_whole = True
        self.mistakes: list[str] = []
        self.lines: dict[tuple[str, str], str] = {}

    def all(self, file: str, meaning: Callable[[Row], Any]) -> list[Any]:
        """What each row of a file means; rows that mean nothing are left out, and noted."""
        path = self._folder / file
        self._rows[file] = []
        if not path.exists():
            if file not in OPTIONAL:
                self.mistakes.append(f"{file}: is missing")
                self._is_whole = False
            return []
        sheet = read_sheet(path, FILES[file])
        self.mistakes += sheet.mistakes
        self._is_whole &= bool(sheet.rows) or not sheet.mistakes
        self._rows[file] = sheet.rows
        meant = []
        for row in sheet.rows:
            found = meaning(row)
            self._require_only_one(row)
            self.mistakes += row.mistakes
            if not row.mistakes:
                meant.append(found)
        return meant

    def require_known(self) -> None:
        """Whatever one row says of another must be there, whether or not that one is fit."""
        if not self._is_whole:
            return  # a file that could not be read would be missed on every line of the others
        items, customers = self._named("products.csv", "id"), self._named("customers.csv", "id")
        currencies = {
            row.cells.get("currency") or rows.CURRENCY for row in self._rows["products.csv"]
        }
        for row in self._rows["inventory.csv"]:
            self._require(row, "product_id", [row.cells["product_id"]], items, "product")
        for row in self._rows["addresses.csv"]:
            self._require(row, "customer_id", [row.cells["customer_id"]], customers, "customer")
        for row in self._rows["promotions.csv"]:
            named = row.read("eligible_item_ids", cells.item_ids) or ()
            self._require(row, "eligible_item_ids", named, items, "product")
        for file in ("shipping_rates.csv", "promotions.csv", "discounts.csv"):
            for row in self._rows[file]:
                if (told := row.cells.get("currency") or rows.CURRENCY) not in currencies:
                    self._note(row, "currency", f"nothing is sold in {told!r}")

    def _require(
        self, row: Row, column: str, named: Iterable[str], known: set[str], what: str
    ) -> None:
        for name in named:
            if name not in known:
                self._note(row, column, f"there is no {what} {name[:80]!r}")

    def _note(self, row: Row, column: str, why: str) -> None:
        self.mistakes.append(f"{row.file}:{row.number}: {column}: {why}")

    def _require_only_one(self, row: Row) -> None:
        for column, key in _keys(row):
            if earlier := self.lines.get((row.file, f"{column}={key}")):
                row.refuse(column, f"is on line {earlier.rpartition(':')[2]} already")
            else:
                self.lines[row.file, f"{column}={key}"] = f"{row.file}:{row.number}"

    def _named(self, file: str, column: str) -> set[str]:
        return {row.cells[column] for row in self._rows[file]}


def _keys(row: Row) -> list[tuple[str, str]]:
    """What may stand in a file but once."""
    if row.file == "customers.csv":
        return [("id", row.cells["id"]), ("email", row.cells["email"].lower())]
    if row.file == "inventory.csv":
        return [("product_id", row.cells["product_id"])]
    if row.file == "discounts.csv":
        return [("code", row.cells["code"].upper())]
    if row.file == "tax_rates.csv":
        parts = (row.cells.get(part, "").upper() for part in ("country", "region"))
        return [("country", "/".join([*parts, row.cells.get("category") or "standard"]))]
    return [("id", row.cells["id"])]
