"""Values that more than one context speaks of. Kept few: what lands here binds everyone."""

from dataclasses import dataclass
from typing import NewType
from uuid import UUID

Sku = NewType("Sku", str)
CustomerId = NewType("CustomerId", str)
"""Natural: the key the customer was imported under, or one made by `domain.shared.ids`."""
AttemptId = NewType("AttemptId", UUID)
CartId = NewType("CartId", UUID)
CheckoutId = NewType("CheckoutId", UUID)
OrderId = NewType("OrderId", UUID)

WITHOUT_CENTS = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
WITH_THOUSANDTHS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
SKU_LENGTH = 64
A_SKU = (
    f"a SKU has 1 to {SKU_LENGTH} printable characters, with no space at either end, is not . or .., "
    "and does not end in /history"
)
"""`is_sku`, in words."""
MOST_UNITS = 1_000_000
MOST_MINOR_UNITS = 10**15
"""Sums of whole orders stay exact in a signed 64-bit column and in a JSON number."""


@dataclass(frozen=True, slots=True, order=True)
class Quantity:
    """A whole number of units, from one to a million."""

    units: int

    def __post_init__(self) -> None:
        if not 1 <= self.units <= MOST_UNITS:
            raise ValueError(f"a quantity is 1 to {MOST_UNITS} units, not {self.units}")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the minor units of an ISO 4217 currency (cents of USD, yen of JPY).

    May be negative: what is given back. Amounts of different currencies are unequal, and are
    never added.
    """

    minor_units: int
    currency: str

    def __post_init__(self) -> None:
        if not is_currency(self.currency):
            raise ValueError(f"a currency is three capital letters (ISO 4217), not {self.currency}")
        if abs(self.minor_units) > MOST_MINOR_UNITS:
            raise ValueError(f"{self.minor_units} minor units is more than can be counted here")

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added")
        return Money(self.minor_units + other.minor_units, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor_units, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return self + -other

    def __mul__(self, times: int) -> "Money":
        return Money(self.minor_units * times, self.currency)


def is_sku(text: str) -> bool:
    """Whether anything could be called this, by whoever sells, counts or prices it.

    What ends like the address of a history would be taken for one.
    """
    is_plain = text == text.strip() and text.isprintable() and 0 < len(text) <= SKU_LENGTH
    return is_plain and is_sayable(text) and not text.endswith("/history")


def is_sayable(text: str) -> bool:
    """Whether an address can end in this: dots mean a place there (RFC 3986, 5.2.4)."""
    return text not in (".", "..")


def decimals(currency: str) -> int:
    """How many digits of an amount in minor units stand after the point (ISO 4217, list one)."""
    return 0 if currency in WITHOUT_CENTS else 3 if currency in WITH_THOUSANDTHS else 2


def is_currency(code: str) -> bool:
    """Whether this has the form of an ISO 4217 code."""
    return len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()


@dataclass(frozen=True, kw_only=True)
class Address:
    """A postal address, as far as it is known. Every part may be missing but never blank."""

    first_name: str | None = None
    last_name: str | None = None
    street_address: str | None = None
    extended_address: str | None = None
    address_locality: str | None = None
    address_region: str | None = None
    address_country: str | None = None
    postal_code: str | None = None
    phone_number: str | None = None


@dataclass(frozen=True, kw_only=True)
class Consents:
    """What a buyer said yes or no to. Not asked is not given."""

    analytics: bool | None = None
    preferences: bool | None = None
    marketing: bool | None = None
    sale_of_data: bool | None = None
