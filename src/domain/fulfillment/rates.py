"""What it costs to send something somewhere."""

from collections.abc import Iterable, Iterator, Sequence

from domain.contracts.fulfillment import (
    CountryOptions,
    FindOptions,
    KeptShippingRate,
    Options,
    PickupPlace,
    ShippingRate,
    ShippingRateChanged,
    UnfitShippingRate,
    UnknownShippingRate,
)
from domain.shared.values import is_sayable

EVERYWHERE_ELSE = "default"
MOST_RATES = 500
MOST_DAYS = 366
NAME_LENGTH, TITLE_LENGTH, DESCRIPTION_LENGTH = 64, 200, 500


def options(rates: Iterable[ShippingRate]) -> tuple[ShippingRate, ...]:
    """Of all rates that could apply: for each service level that of the country, or else the
    default one; the cheaper of two. Cheapest first, then by title.
    """
    best: dict[str, ShippingRate] = {}
    for rate in sorted(rates, key=_merit):
        best.setdefault(rate.service_level, rate)
    return tuple(sorted(best.values(), key=lambda rate: (rate.price.minor_units, rate.title)))


def options_for(
    asked: FindOptions, rates: Sequence[ShippingRate], places: tuple[PickupPlace, ...] | None
) -> Options:
    """What is answered, of all rates that could apply to any of the countries."""

    def of(country: str) -> tuple[ShippingRate, ...]:
        return options(rate for rate in rates if rate.country in countries(country))

    return Options(
        options=of(asked.country),
        elsewhere=tuple(CountryOptions(country=one, options=of(one)) for one in asked.countries),
        places=places,
    )


def countries(country: str) -> tuple[str, ...]:
    """Whose rates apply to a country."""
    code = country.upper()
    return (code, EVERYWHERE_ELSE) if is_country(code) else (EVERYWHERE_ELSE,)


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
    if rate.country != EVERYWHERE_ELSE and not is_country(rate.country):
        yield f"a country is two capital letters (ISO 3166) or {EVERYWHERE_ELSE}"
    if not is_text(rate.service_level, NAME_LENGTH):
        yield f"a service level has 1 to {NAME_LENGTH} printable characters"
    if not is_text(rate.title, TITLE_LENGTH):
        yield f"a title has 1 to {TITLE_LENGTH} printable characters"
    if rate.carrier is not None and not is_text(rate.carrier, NAME_LENGTH):
        yield f"a carrier has 1 to {NAME_LENGTH} printable characters"
    said = rate.description
    if said is not None and not is_text(said, DESCRIPTION_LENGTH):
        yield f"a description has 1 to {DESCRIPTION_LENGTH} printable characters"
    if said is not None and rate.title.casefold() in said.casefold():
        yield "a description does not say the title again"  # UCP FUL-8
    if rate.price.minor_units < 0:
        yield "a price is not negative"
    days = [days for days in (rate.earliest_days, rate.latest_days) if days is not None]
    if days != sorted(days) or not all(0 <= one <= MOST_DAYS for one in days):
        yield f"it arrives after 0 to {MOST_DAYS} days, and the latest is not before the earliest"


def is_country(code: str) -> bool:
    return len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()
