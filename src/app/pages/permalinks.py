"""A link that says what is to be bought, and begins a checkout of it (UCP CHK-6).

`/buy?item=bouquet_roses:2&item=pot_ceramic&code=10OFF`: SKUs with their quantities (one where none is
said), and codes. All there is to it stands in the link: nothing is kept until somebody goes on.
"""

from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl, urlencode

from app.pages.form import MOST_FIELDS, Unreadable
from domain.contracts.ordering import WantedLine
from domain.shared.values import MOST_UNITS, Quantity, Sku, is_sku

AT = "/buy"
MOST_ITEMS, LONGEST_CODE = 50, 200
MOST_CODES = 2  # nobody is to try many by one link


@dataclass(frozen=True)
class Wished:
    lines: tuple[WantedLine, ...]
    codes: tuple[str, ...]

    @classmethod
    def read(cls, query: str) -> Self:
        """What a link says; what else stands in it, others may have put there. Raises `Unreadable`."""
        try:
            said = parse_qsl(query, max_num_fields=MOST_FIELDS, errors="strict")
        except ValueError as broken:
            raise Unreadable from broken
        lines = tuple(_line(text) for name, text in said if name == "item")
        codes = tuple(text for name, text in said if name == "code")
        is_short = len(lines) <= MOST_ITEMS and len(codes) <= MOST_CODES
        if not (lines and is_short and all(_is_code(code) for code in codes)):
            raise Unreadable
        return cls(lines, codes)

    @property
    def link(self) -> str:
        """It again, with nothing else in it."""
        items = [("item", f"{line.sku}:{line.quantity.units}") for line in self.lines]
        return f"{AT}?{urlencode([*items, *(('code', code) for code in self.codes)])}"


def _line(text: str) -> WantedLine:
    """Whatever is no number behind the last colon is part of the SKU."""
    sku, colon, units = text.rpartition(":")
    if not (colon and units.isascii() and units.isdigit()):
        sku, units = text, "1"
    if not (is_sku(sku) and len(units) <= len(str(MOST_UNITS)) and 1 <= int(units) <= MOST_UNITS):
        raise Unreadable
    return WantedLine(sku=Sku(sku), quantity=Quantity(int(units)))


def _is_code(text: str) -> bool:
    return len(text) <= LONGEST_CODE and text.isprintable()
