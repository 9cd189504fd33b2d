"""What it costs to send something somewhere."""

from collections.abc import Iterable, Iterator

from domain.contracts.fulfillment import (
    KeptShippingRate,
    Options,
    ShippingRate,
    ShippingRateChanged,
    UnfitShippingRate,
    UnknownShippingRate,
)
from domain.shared.values import is_sayable

EVERYWHERE_ELSE = "default"
MOST_RATES = 500
NAME_LENGTH, TITLE_LENGTH = 64, 200


def options(rates: Iterable[ShippingRate]) -> Options:
    """Of all rates that could apply: for each service level that of the country, or else the
    default one; the cheaper of two. Cheapest first, then by title.
    """
    best: dict[str, ShippingRate] = {}
    for rate in sorted(rates, key=_merit):
        best.setdefault(rate.service_level, rate)
    shown = sorted(best.values(), key=lambda rate: (rate.price.minor_units, rate.title))
    return Options(options=tuple(shown))


def countries(country: str) -> tuple[str, ...]:
    """Whose rates apply to a country."""
    code = country.upper()
    return (code, EVERYWHERE_ELSE) if _is_country(code) else (EVERYWHERE_ELSE,)


def require_fit(rates: Iterable[ShippingRate]) -> None:
    """Refuses with `UnfitShippingRate`."""
    seen: set[str] = set()
    for number, rate in enumerate(rates):
        if number == MOST_RATES:
            raise UnfitShippingRate(rate.rate_id, f"at most {MOST_RATES} are set at a time")
        if rate.rate_id in seen:
            raise UnfitShippingRate(rate.rate_id, "it is set twice")
        for complaint in _complaints(rate):
            raise UnfitShippingRate(rate.rate_id, complaint)
        seen.add(rate.rate_id)


def edited(was: KeptShippingRate, rate: ShippingRate, version: int | None) -> KeptShippingRate:
    """What this rate makes of it: the same, if that is what stands already.

    Refuses with `ShippingRateChanged`, or with `UnfitShippingRate` if it would have another id.
    """
    if rate.rate_id != was.rate.rate_id:
        raise UnfitShippingRate(was.rate.rate_id, "its id stays")
    if rate == was.rate:
        return was
    require_seen(was, version)
    return KeptShippingRate(rate=rate, version=was.version + 1)


def require_seen(was: KeptShippingRate, version: int | None) -> None:
    """Refuses with `ShippingRateChanged`, unless this is the version that was seen, or any will do."""
    if version not in (None, was.version):
        raise ShippingRateChanged(was.rate.rate_id, was.version)


def require_rate_id(text: str) -> None:
    """Refuses with `UnknownShippingRate`, if no rate could be called this."""
    if not known_rate_id(text):
        raise UnknownShippingRate(text)


def known_rate_id(text: str | None) -> str | None:
    """What a rate could be called, or nothing."""
    return text if text and is_text(text, NAME_LENGTH) and is_sayable(text) else None


def is_text(text: str, length: int) -> bool:
    """Something to be read: not blank at its ends, not too long, nothing in it that cannot be
    printed.
    """
    return text == text.strip() and text.isprintable() and 0 < len(text) <= length


def _merit(rate: ShippingRate) -> tuple[bool, int, str, str]:
    return rate.country == EVERYWHERE_ELSE, rate.price.minor_units, rate.title, rate.rate_id


def _complaints(rate: ShippingRate) -> Iterator[str]:
    if not known_rate_id(rate.rate_id):
        yield f"an id has 1 to {NAME_LENGTH} printable characters, and not dots alone"
    if rate.country != EVERYWHERE_ELSE and not _is_country(rate.country):
        yield f"a country is two capital letters (ISO 3166) or {EVERYWHERE_ELSE}"
    if not is_text(rate.service_level, NAME_LENGTH):
        yield f"a service level has 1 to {NAME_LENGTH} printable characters"
    if not is_text(rate.title, TITLE_LENGTH):
        yield f"a title has 1 to {TITLE_LENGTH} printable characters"
    if rate.carrier is not None and not is_text(rate.carrier, NAME_LENGTH):
        yield f"a carrier has 1 to {NAME_LENGTH} printable characters"
    if rate.price.minor_units < 0:
        yield "a price is not negative"


def _is_country(code: str) -> bool:
    return len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()
