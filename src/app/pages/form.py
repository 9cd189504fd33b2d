"""What a buyer filled in: read within bounds, and judged before anything is done with it."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote

from app.pages.countries import COUNTRIES
from domain.contracts.ordering import CheckoutDetails
from domain.shared.values import MOST_UNITS

MEDIA_TYPE = "application/x-www-form-urlencoded"
MOST_FIELDS, LONGEST, LONGEST_EMAIL = 200, 200, 254
EMAIL = re.compile(r"[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+")
KEY = re.compile(r"[A-Za-z0-9_-]{22,64}")
ADDRESS = (
    "street_address",
    "extended_address",
    "address_locality",
    "address_region",
    "postal_code",
    "address_country",
)
CONTACT = ("first_name", "last_name", "email", "phone_number")
NEEDED = {
    "street_address": "Enter a street and number.",
    "address_locality": "Enter a town or city.",
    "address_country": "Choose a country.",
}
ELSEWHERE = "elsewhere"
"""What `destination` says where the address is typed."""
KNOWN = "known:"
"""What it begins with where it names an address of the platform's, which may be called anything."""


class Unreadable(Exception):
    """No form of ours was sent."""


@dataclass(frozen=True)
class Filled:
    """A form as it was sent, with single blanks. What was not sent is empty."""

    values: Mapping[str, str] = field(repr=False)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    def __contains__(self, name: str) -> bool:
        return name in self.values

    @property
    def asked(self) -> tuple[str, str]:
        """What the buyer wants done, and with what: `("remove", "line_2")`."""
        verb, _, what = self["do"].partition(":")
        return verb, what

    @property
    def goes_on(self) -> bool:
        """Whether the buyer believes to be done with the page."""
        return self.asked[0] in ("continue", "pay")

    @property
    def place(self) -> str:
        """The id of the platform's address that goods are to go to, if they are."""
        said = self["destination"]
        return unquote(said.removeprefix(KNOWN)) if said.startswith(KNOWN) else ""

    @property
    def names_address(self) -> bool:
        """Whether goods are to go to the address in the form. A country alone is none."""
        if self.place or "street_address" not in self:
            return False
        return self.goes_on or any(self[part] for part in ADDRESS if part != "address_country")


def of_platform(name: str) -> str:
    """How a form calls an address that a platform has named."""
    return KNOWN + quote(name, safe="")


def parsed(body: bytes, media_type: str) -> dict[str, str]:
    """Every field as it was sent, letter by letter. Raises `Unreadable`."""
    if media_type.partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise Unreadable
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
            errors="strict",
        )
    except ValueError as broken:
        raise Unreadable from broken
    fields = dict(pairs)
    if len(pairs) != len(fields):
        raise Unreadable
    return fields


def read(body: bytes, media_type: str) -> Filled:
    """Raises `Unreadable`."""
    sent = parsed(body, media_type)
    filled = Filled({name: " ".join(text.split()) for name, text in sent.items()})
    if not KEY.fullmatch(filled["key"]):
        raise Unreadable
    return filled


def mistakes(filled: Filled, details: CheckoutDetails, ways: Collection[str]) -> dict[str, str]:
    """What is wrong with a form, by field and in the order of the page. `ways` are those to pay."""
    told = dict(_in_lines(filled, details))
    for name in (*CONTACT, *ADDRESS, "code"):
        if wrong := _in_text(filled[name], LONGEST_EMAIL if name == "email" else LONGEST):
            told[name] = wrong
    if filled["email"] and not EMAIL.fullmatch(filled["email"]):
        told.setdefault("email", "Enter an e-mail address such as name@example.com.")
    if filled["address_country"] and filled["address_country"] not in COUNTRIES:
        told["address_country"] = NEEDED["address_country"]
    if filled.goes_on:
        told = {**dict(_missing(filled)), **told}
    total = next(entry.amount for entry in details.totals if entry.kind == "total")
    if filled.asked[0] == "pay" and total and filled["way"] not in ways:
        told["way"] = "Choose how to pay."
    return told


def _in_lines(filled: Filled, details: CheckoutDetails) -> Iterator[tuple[str, str]]:
    for line in details.lines:
        name = f"quantity-{line.line_id}"
        if name in filled and not _units(filled[name]):
            yield name, f"Enter a whole number from 1 to {MOST_UNITS:,}."


def _units(text: str) -> int:
    """How many were asked for; none where that is no number that can be."""
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(MOST_UNITS))
    return int(text) if is_number and int(text) <= MOST_UNITS else 0


def _in_text(text: str, longest: int) -> str | None:
    if len(text) > longest:
        return f"Use at most {longest} characters."
    is_clean = all(ord(character) >= 32 and ord(character) != 127 for character in text)
    return None if is_clean else "Use letters, digits and signs only."


def _missing(filled: Filled) -> Iterator[tuple[str, str]]:
    if not filled["email"]:
        yield "email", "Enter an e-mail address, for questions about the order."
    if not filled.names_address:
        return
    if not filled["first_name"]:
        yield "first_name", "Enter a name for the parcel."
    for name, text in NEEDED.items():
        if not filled[name]:
            yield name, text
