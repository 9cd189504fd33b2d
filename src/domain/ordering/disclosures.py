"""What a buyer must be shown beside a line before it is bought (UCP MSG-6 to MSG-8)."""

from collections.abc import Mapping, Sequence

from domain.contracts.catalog import Disclosure, Item
from domain.contracts.ordering import Notice, WantedLine
from domain.shared.countries import known
from domain.shared.values import Address, Sku


def disclosures(
    lines: Sequence[WantedLine], items: Mapping[Sku, Item], there: Address | None
) -> tuple[Notice, ...]:
    """Those that apply where goods go: all that could, as long as nobody has said where."""
    return tuple(
        Notice(
            kind="warning",
            code=one.code,
            text=one.text,
            path=f"line_items[{index}]",
            presentation="disclosure",
            content_type=one.content_type,
            image_url=one.image_url,
            url=one.url,
        )
        for index, line in enumerate(lines)
        for one in items[line.sku].disclosures
        if _applies(one, there)
    )


def _applies(one: Disclosure, there: Address | None) -> bool:
    country, region = (there.address_country, there.address_region) if there else (None, None)
    return _is_same(one.country, known(country)) and _is_same(one.region, region)


def _is_same(asked: str | None, there: str | None) -> bool:
    return not (asked and there) or asked.casefold() == there.casefold()
