"""Where buyers collect goods themselves."""

from collections.abc import Iterator

from domain.contracts.fulfillment import PickupPlace, UnfitPickupPlace
from domain.fulfillment.rates import is_country
from domain.shared.values import is_sayable

MOST_PLACES = 100
ID_LENGTH, NAME_LENGTH, PART_LENGTH = 64, 200, 500


def require_fit(places: tuple[PickupPlace, ...]) -> None:
    """Refuses with `UnfitPickupPlace`."""
    if len(places) > MOST_PLACES:
        raise UnfitPickupPlace(places[MOST_PLACES].place_id, f"there are at most {MOST_PLACES}")
    seen: set[str] = set()
    for place in places:
        for complaint in _complaints(place, seen):
            raise UnfitPickupPlace(place.place_id, complaint)
        seen.add(place.place_id)


def _complaints(place: PickupPlace, seen: set[str]) -> Iterator[str]:
    if not (_is_name(place.place_id, ID_LENGTH) and is_sayable(place.place_id)):
        yield f"its id has 1 to {ID_LENGTH} printable characters, no space at either end"
    if place.place_id in seen:
        yield "it is there twice"
    if not _is_name(place.name, NAME_LENGTH):
        yield f"its name has 1 to {NAME_LENGTH} printable characters, no space at either end"
    if not is_country(place.address.address_country or ""):  # by which its goods are taxed
        yield "the country of its address is two capital letters (ISO 3166)"
    for part in vars(place.address).values():
        if part is not None and not _is_name(part, PART_LENGTH):
            yield f"a part of its address has 1 to {PART_LENGTH} printable characters"


def _is_name(text: str, length: int) -> bool:
    return 0 < len(text) <= length and text.isprintable() and text == text.strip()
