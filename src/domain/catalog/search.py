"""What is looked for among all products, and where in what was found a page ends."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from json import dumps, loads

from domain.catalog.words import words_of_query
from domain.contracts.catalog import MOST_OF_A_PAGE, SearchProducts, UnknownCursor

BEST, WORST = 0, 3
MOST_CATEGORIES = 50


@dataclass(frozen=True)
class Place:
    """A product among those found: how good it is, the best being 0, and its id."""

    rank: int
    product_id: str


@dataclass(frozen=True, kw_only=True)
class Search:
    """Without `words`, all there is; with none of them, nothing. The last may be a beginning."""

    words: tuple[str, ...] | None
    currency: str
    categories: tuple[str, ...] = ()
    price_from: int | None = None
    price_to: int | None = None
    after: Place | None = None
    most: int = 10

    @classmethod
    def of(cls, message: SearchProducts) -> "Search":
        """Refuses with `UnknownCursor`."""
        return cls(
            words=None if message.query is None else words_of_query(message.query),
            currency=message.currency,
            categories=tuple(dict.fromkeys(message.categories))[:MOST_CATEGORIES],
            price_from=message.price_from,
            price_to=message.price_to,
            after=None if message.after is None else _place(message),
            most=max(1, min(message.most, MOST_OF_A_PAGE)),
        )


@dataclass(frozen=True)
class SearchPage:
    places: tuple[Place, ...]
    has_more: bool


def cursor(message: SearchProducts, place: Place) -> str:
    """Where the next page of this search begins: of use for no other."""
    told = dumps([_name(message), place.rank, place.product_id])
    return urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _place(message: SearchProducts) -> Place:
    after = message.after or ""
    try:
        padded = after + "=" * (-len(after) % 4)
        name, rank, product_id = loads(urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, TypeError, RecursionError):
        raise UnknownCursor(after) from None
    if name != _name(message) or rank not in range(BEST, WORST + 1):
        raise UnknownCursor(after)
    if not isinstance(product_id, str) or len(product_id) > 64 or not product_id.isprintable():
        raise UnknownCursor(after)
    return Place(int(rank), product_id)


def _name(message: SearchProducts) -> str:
    """Of a search, whatever page of it is asked for."""
    prices = [message.price_from, message.price_to]
    said = dumps([message.query, list(message.categories), prices, message.currency])
    return sha256(said.encode()).hexdigest()[:16]
