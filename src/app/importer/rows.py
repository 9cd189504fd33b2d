"""What a row of each file means, in the words of the context it belongs to."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.importer import cells
from app.importer.sheets import Row
from domain.contracts.catalog import Media, ProductDetails, Variant
from domain.contracts.customers import MOST_ADDRESSES, CustomerDetails, StoredAddress
from domain.contracts.fulfillment import ShippingRate
from domain.contracts.inventory import Count
from domain.contracts.pricing import Discount, Promotion, TaxRate
from domain.shared.values import Address, CustomerId, Money, Sku

CURRENCY = "USD"
TITLE = cells.words(200)
NAME = cells.words(200)
PART = cells.perhaps(cells.words(200))


def product(row: Row) -> ProductDetails | None:
    sku, title = row.read("id", cells.identifier), row.read("title", TITLE)
    price = row.read("price", cells.minor_units)
    currency = _currency(row)
    image = row.read("image_url", cells.perhaps(cells.web_address))
    description = row.read("description", cells.perhaps(cells.words(5_000, lines=True)))
    category = row.read("tax_category", cells.perhaps(cells.identifier))
    is_sent = row.read("needs_delivery", cells.perhaps(cells.yes_or_no))
    ships_apart = row.read("ships_apart", cells.perhaps(cells.yes_or_no))
    if row.mistakes or sku is None or title is None or price is None:
        return None
    sole = Variant(
        sku=Sku(sku),
        title=title,
        prices=(Money(price, currency),),
        tax_category=str(category or "standard"),
        needs_delivery=is_sent is not False,
        ships_apart=bool(ships_apart),
    )
    return ProductDetails(
        product_id=sku,
        title=title,
        variants=(sole,),
        description=str(description or ""),
        media=(Media(url=str(image), alt_text=title),) if image else (),
    )


def count(row: Row) -> Count | None:
    sku, units = row.read("product_id", cells.identifier), row.read("quantity", cells.units)
    return None if sku is None or units is None else Count(sku=Sku(sku), units_on_hand=units)


def customer(row: Row, homes: Mapping[str, Sequence[StoredAddress]]) -> CustomerDetails | None:
    key, email = row.read("id", cells.identifier), row.read("email", cells.email)
    name = row.read("name", NAME)
    if len(homes.get(key or "", ())) > MOST_ADDRESSES:
        row.refuse("id", f"has more than {MOST_ADDRESSES} addresses")
    if key is None or email is None or name is None:
        return None
    first, _, last = name.rpartition(" ")
    return CustomerDetails(
        customer_id=CustomerId(key),
        email=email,
        first_name=first.strip() or last,
        last_name=last if first else None,
        addresses=tuple(homes.get(key, ())),
    )


def address(row: Row) -> tuple[str, StoredAddress] | None:
    key, owner = row.read("id", cells.identifier), row.read("customer_id", cells.identifier)
    parts: dict[str, Any] = {
        "street_address": row.read("street_address", PART),
        "address_locality": row.read("city", PART),
        "address_region": row.read("state", PART),
        "postal_code": row.read("postal_code", cells.perhaps(cells.words(20))),
        "address_country": row.read("country", cells.country),
    }
    if row.mistakes or key is None or owner is None:
        return None
    return owner, StoredAddress(address_id=key, address=Address(**parts))


def discount(row: Row) -> Discount | None:
    code, title = row.read("code", cells.identifier), row.read("description", TITLE)
    kind = row.read("type", cells.one_of("percentage", "fixed_amount"))
    value = row.read("value", cells.percent if kind == "percentage" else cells.some_minor_units)
    ends_at: Any = row.read("ends_at", cells.perhaps(cells.instant))
    currency = _currency(row)
    target = row.read("target", cells.perhaps(cells.one_of("lines", "order", "shipping")))
    method = row.read("method", cells.perhaps(cells.one_of("across", "each")))
    if method == "each" and (kind, target or "lines") != ("fixed_amount", "lines"):
        row.refuse("method", "is for fixed amounts off lines alone")
    is_exclusive = row.read("is_exclusive", cells.perhaps(cells.yes_or_no))
    needs_account = row.read("needs_account", cells.perhaps(cells.yes_or_no))
    if row.mistakes or code is None or title is None or kind is None or value is None:
        return None
    return Discount(
        code=code,
        kind=kind,
        value=value,
        title=title,
        currency=currency,
        ends_at=ends_at,
        is_exclusive=bool(is_exclusive),
        needs_account=bool(needs_account),
        target=str(target or "lines"),
        method=str(method or "across"),
    )


def promotion(row: Row) -> Promotion | None:
    key, title = row.read("id", cells.identifier), row.read("description", TITLE)
    row.read("type", cells.one_of("free_shipping"))
    minimum: Any = row.read("min_subtotal", cells.perhaps(cells.minor_units))
    items = row.read("eligible_item_ids", cells.item_ids)
    currency = _currency(row)
    if not row.mistakes and minimum is None and not items:
        row.refuse("min_subtotal", "is empty, and so is eligible_item_ids: one is needed")
    if row.mistakes or key is None or title is None:
        return None
    return Promotion(
        promotion_id=key,
        title=title,
        currency=currency,
        minimum_subtotal=minimum,
        eligible_skus=tuple(map(Sku, items or ())),
    )


def rate(row: Row) -> ShippingRate | None:
    key, title = row.read("id", cells.identifier), row.read("title", TITLE)
    country = row.read("country_code", cells.country_or_default)
    level = row.read("service_level", cells.words(40))
    price, currency = row.read("price", cells.minor_units), _currency(row)
    carrier: Any = row.read("carrier", PART)
    description: Any = row.read("description", cells.perhaps(cells.words(500)))
    earliest: Any = row.read("earliest_days", cells.perhaps(cells.days))
    latest: Any = row.read("latest_days", cells.perhaps(cells.days))
    if row.mistakes or key is None or title is None or price is None:
        return None
    return ShippingRate(
        rate_id=key,
        country=str(country),
        service_level=str(level),
        title=title,
        price=Money(price, currency),
        carrier=carrier,
        description=description,
        earliest_days=earliest,
        latest_days=latest,
    )


def tax_rate(row: Row) -> TaxRate | None:
    country, title = row.read("country", cells.country), row.read("title", TITLE)
    points = row.read("basis_points", cells.basis_points)
    region = row.read("region", cells.perhaps(cells.identifier))
    category = row.read("category", cells.perhaps(cells.identifier))
    is_included = row.read("is_included", cells.perhaps(cells.yes_or_no))
    if row.mistakes or country is None or title is None or points is None:
        return None
    return TaxRate(
        country=country,
        basis_points=points,
        title=title,
        region=str(region or ""),
        category=str(category or "standard"),
        is_included=bool(is_included),
    )


def instrument(row: Row) -> bool:
    """Checked and counted only: what buyers pay with is never stored."""
    for column in ("id", "type", "token", "handler_id"):
        row.read(column, cells.identifier)
    return not row.mistakes


def _currency(row: Row) -> str:
    return str(row.read("currency", cells.perhaps(cells.currency)) or CURRENCY)
