"""What a cell may say, and what it means."""

import re
from collections.abc import Callable
from datetime import MAXYEAR, MINYEAR, UTC, datetime

from pydantic import TypeAdapter, ValidationError

from app.importer.sheets import Unfit
from domain.contracts.inventory import MOST_ON_HAND
from domain.contracts.pricing import MOST_SKUS
from domain.shared.values import MOST_MINOR_UNITS, is_currency

LONGEST_ID = 64
LONGEST_EMAIL = 254
WHOLE = re.compile(r"-?[0-9]+", re.ASCII)
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
COUNTRY = re.compile(r"[A-Z]{2}")
ITEM_IDS = TypeAdapter(tuple[str, ...])


def identifier(text: str) -> str:
    return words(LONGEST_ID)(text)


def words(most: int, *, lines: bool = False) -> Callable[[str], str]:
    def meaning(text: str) -> str:
        if not text:
            raise Unfit("is empty")
        if len(text) > most:
            raise Unfit(f"is longer than {most} characters")
        if not all(c.isprintable() or (lines and c in "\r\n\t") for c in text):
            raise Unfit("has a character that cannot be printed")
        return text

    return meaning


def perhaps(meaning: Callable[[str], object]) -> Callable[[str], object]:
    """An empty cell says nothing."""
    return lambda text: meaning(text) if text else None


def minor_units(text: str) -> int:
    return _whole(text, "minor units", MOST_MINOR_UNITS)


def units(text: str) -> int:
    return _whole(text, "units", MOST_ON_HAND)


def basis_points(text: str) -> int:
    return _whole(text, "basis points", 10_000)


def days(text: str) -> int:
    return _whole(text, "days", 366)


def percent(text: str) -> int:
    return _at_least_one(_whole(text, "percent", 100))


def some_minor_units(text: str) -> int:
    return _at_least_one(minor_units(text))


def currency(text: str) -> str:
    if not is_currency(text):
        raise Unfit("not a currency (three capital letters of ISO 4217)")
    return text


def country(text: str) -> str:
    if not COUNTRY.fullmatch(text):
        raise Unfit("not a country (two capital letters of ISO 3166)")
    return text


def country_or_default(text: str) -> str:
    return text if text == "default" else country(text)


def email(text: str) -> str:
    if len(text) > LONGEST_EMAIL or not EMAIL.fullmatch(text) or not text.isprintable():
        raise Unfit("not an e-mail address")
    return text


def web_address(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise Unfit("does not begin with http:// or https://")
    return words(1_000)(text)


def yes_or_no(text: str) -> bool:
    if text.lower() not in ("yes", "true", "no", "false"):
        raise Unfit("is neither yes nor no")
    return text.lower() in ("yes", "true")


def instant(text: str) -> datetime:
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise Unfit("not a time such as 2026-12-31T23:59:59Z") from None
    if told.utcoffset() is None:
        raise Unfit("is in no time zone")
    if not MINYEAR < told.year < MAXYEAR:
        raise Unfit("is out of reach")
    return told.astimezone(UTC)


def item_ids(text: str) -> tuple[str, ...]:
    if not text:
        return ()
    try:
        told = ITEM_IDS.validate_json(text)
    except ValidationError:
        raise Unfit("not a JSON list of item ids") from None
    if len(told) > MOST_SKUS:
        raise Unfit(f"names more than {MOST_SKUS} items")
    return told


def one_of(*known: str) -> Callable[[str], str]:
    def meaning(text: str) -> str:
        if text not in known:
            raise Unfit(f"is not {' or '.join(known)}")
        return text

    return meaning


def _whole(text: str, what: str, most: int) -> int:
    if not WHOLE.fullmatch(text):
        raise Unfit(f"not a whole number of {what}")
    if text.startswith("-"):
        raise Unfit("is negative")
    if len(text) > 20 or int(text) > most:
        raise Unfit(f"is more than {most} {what}")
    return int(text)


def _at_least_one(number: int) -> int:
    if number < 1:
        raise Unfit("is nothing")
    return number
