"""Products in the words of UCP 2026-04-08 (section 13)."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from app.ucp.goods.narrowing import Choices, signals
from app.ucp.goods.offers import Offer, Offered, Shelf, is_available
from app.ucp.rendering import Body, told
from domain.contracts.catalog import Disclosure, Media
from domain.shared.values import Money


def product(offered: Offered, shelf: Shelf) -> Body:
    """CAT-6. The range is of all variants, whichever are told of (CAT-2)."""
    details = offered.details
    prices = sorted(offer.price.minor_units for offer in offered.all_)
    currency = offered.all_[0].price.currency
    options = [
        {"name": name, "values": [{"label": label} for label in labels]}
        for name, labels in axes(offered.all_).items()
    ]
    return told(
        id=details.product_id,
        title=details.title,
        description={"plain": details.description or details.title},
        categories=[{"value": one, "taxonomy": "merchant"} for one in details.categories] or None,
        price_range={
            "min": _price(Money(prices[0], currency)),
            "max": _price(Money(prices[-1], currency)),
        },
        media=[_medium(one) for one in details.media if urlsplit(one.url).scheme] or None,
        options=options or None,
        variants=[variant(offer, shelf) for offer in offered.variants],
    )


def detail(offered: Offered, selected: Choices, shelf: Shelf) -> Body:
    """CAT-33, CAT-35."""
    body = product(offered, shelf)
    if all_axes := axes(offered.all_):
        body["selected"] = [{"name": name, "label": label} for name, label in selected.items()]
        body["options"] = [
            {
                "name": name,
                "values": [
                    {"label": label, **signals(offered.all_, selected, name, label, shelf)}
                    for label in labels
                ],
            }
            for name, labels in all_axes.items()
        ]
    return body


def variant(offer: Offer, shelf: Shelf) -> Body:
    """Its id is what a checkout takes (CAT-3)."""
    one, is_there = offer.variant, is_available(offer, shelf)
    status = "in_stock" if is_there else "out_of_stock"
    return told(
        id=one.sku,
        sku=one.sku,
        title=one.title,
        description={"plain": one.title},
        price=_price(offer.price),
        availability=None if is_there is None else {"available": is_there, "status": status},
        options=[{"name": o.name, "label": o.label} for o in one.options] or None,
    )


def disclosures(
    said: Iterable[Disclosure], path: str, country: str | None, region: str | None
) -> list[Body]:
    """What must be shown beside a product to who is there (MSG-6, MSG-7, MSG-8). Of somebody who is
    nowhere that we know of, it is not known that it need not be shown.
    """
    return [
        told(
            type="warning",
            code=one.code,
            content=one.text,
            content_type=one.content_type,
            presentation="disclosure",
            path=path,
            image_url=one.image_url,
            url=one.url,
        )
        for one in said
        if _is_same(one.country, country) and _is_same(one.region, region)
    ]


def axes(offers: Iterable[Offer]) -> dict[str, list[str]]:
    """The options that there are, and the labels of each, in the order of the variants."""
    found: dict[str, dict[str, None]] = {}
    for offer in offers:
        for name, label in offer.options.items():
            found.setdefault(name, {})[label] = None
    return {name: list(labels) for name, labels in found.items()}


def _is_same(asked: str | None, there: str | None) -> bool:
    return asked is None or there is None or asked.casefold() == there.casefold()


def _price(money: Money) -> Body:
    return {"amount": money.minor_units, "currency": money.currency}


def _medium(one: Media) -> Body:
    return told(type=one.kind, url=one.url, alt_text=one.alt_text)
