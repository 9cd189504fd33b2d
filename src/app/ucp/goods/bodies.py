"""What platforms ask the catalog for (UCP section 13). Members that are not named here are ignored."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field, StrictInt

from app.ucp.bodies import Body, ContextBody, Line
from app.ucp.errors import BadRequest, Refused
from domain.contracts.catalog import MOST_OF_A_PAGE
from domain.shared.values import MOST_MINOR_UNITS

MOST_IDS = MOST_OF_A_PAGE
Text = Annotated[str, Field(max_length=20_000)]
Amount = Annotated[StrictInt, Field(ge=0, le=MOST_MINOR_UNITS)]


class PriceBody(Body):
    """In minor units."""

    min: Amount | None = None
    max: Amount | None = None


class FiltersBody(Body):
    """All of them must hold, and of the categories one (CAT-13)."""

    categories: Annotated[list[Line], Field(max_length=50)] | None = None
    price: PriceBody | None = None


class PaginationBody(Body):
    """More than a page may have is asked for in vain (CAT-14)."""

    cursor: Annotated[
        Annotated[str, Field(max_length=2000)] | None,
        Field(description="As the page before was answered."),
    ] = None
    limit: Annotated[StrictInt, Field(ge=1)] = 10


class AskingBody(Body):
    """`currency` is what the platform prefers, and what prices in its filters are in (CAT-9)."""

    context: ContextBody | None = None
    filters: FiltersBody | None = None

    @property
    def currency(self) -> str | None:
        return self.context.currency if self.context else None

    @property
    def categories(self) -> tuple[str, ...]:
        return tuple((self.filters.categories if self.filters else None) or ())

    @property
    def price(self) -> PriceBody:
        return (self.filters.price if self.filters else None) or PriceBody()


class SearchBody(AskingBody):
    query: Annotated[Text | None, Field(description="Words that must all be found.")] = None
    pagination: PaginationBody | None = None

    @property
    def words(self) -> str | None:
        """Nothing to look for is browsing (CAT-12)."""
        return self.query if self.query and self.query.strip() else None

    def require_something(self) -> None:
        """CAT-11: to be shown whatever there is, say so by filters."""
        if self.words is None and self.filters is None:
            raise BadRequest("body: name a query or filters to search by")


class LookupBody(AskingBody):
    ids: Annotated[list[Text], Field(min_length=1, description="Of products or variants.")]

    def names(self) -> tuple[str, ...]:
        """Each once (CAT-21). Refuses too many (CAT-24)."""
        if len(names := tuple(dict.fromkeys(self.ids))) > MOST_IDS:
            raise Refused(
                400, "request_too_large", f"At most {MOST_IDS} ids are looked up at a time."
            )
        return names


class SelectedBody(Body):
    """`id` would be of a value; those here have none, and are known by their labels."""

    name: Line
    label: Line


class ProductBody(AskingBody):
    id: Annotated[
        str, Field(min_length=1, max_length=20_000, description="Of a product or a variant.")
    ]
    selected: Annotated[
        Annotated[list[SelectedBody], Field(max_length=50)] | None,
        Field(description="The options that are chosen."),
    ] = None
    preferences: Annotated[
        Annotated[list[Line], Field(max_length=50)] | None,
        Field(description="Names of options: the last is given up first."),
    ] = None

    def choices(self) -> dict[str, str]:
        """Refuses a name that is there twice (CAT-30)."""
        chosen = self.selected or []
        _require_distinct(one.name for one in chosen)
        return {one.name: one.label for one in chosen}


def _require_distinct(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            raise BadRequest(f"body.selected.{index}.name: it is chosen already")
        seen.add(name)
