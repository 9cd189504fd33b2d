"""A product as rows, and rows as products."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import RowMapping

from domain.catalog.product import Product
from domain.catalog.words import all_words, words_of_categories, words_of_title
from domain.contracts.catalog import Disclosure, Item, Media, OptionChoice, ProductDetails, Variant
from domain.shared.values import Money

texts: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[str, ...])
media: TypeAdapter[tuple[Media, ...]] = TypeAdapter(tuple[Media, ...])
disclosures: TypeAdapter[tuple[Disclosure, ...]] = TypeAdapter(tuple[Disclosure, ...])
options: TypeAdapter[tuple[OptionChoice, ...]] = TypeAdapter(tuple[OptionChoice, ...])


def product_row(product: Product) -> dict[str, Any]:
    details = product.details
    return {
        "product_id": details.product_id,
        "title": details.title,
        "description": details.description,
        "categories": texts.dump_json(details.categories).decode(),
        "media": media.dump_json(details.media).decode(),
        "disclosures": _dumped(details.disclosures),
        "image_url": product.image_url,
        "version": product.version + 1,
        "is_archived": product.is_archived,
        "events_recorded": product.events_recorded,
    }


def _dumped(said: tuple[Disclosure, ...]) -> str | None:
    return disclosures.dump_json(said).decode() if said else None


def variant_rows(product: Product) -> list[dict[str, Any]]:
    return [
        {
            "sku": variant.sku,
            "product_id": product.product_id,
            "number": number,
            "title": variant.title,
            "item_title": product.title_of(variant),
            "options": options.dump_json(variant.options).decode(),
            "needs_delivery": variant.needs_delivery,
            "tax_category": variant.tax_category,
            "ships_apart": variant.ships_apart,
        }
        for number, variant in enumerate(product.details.variants)
    ]


def price_rows(product: Product) -> list[dict[str, Any]]:
    return [
        {
            "sku": variant.sku,
            "currency": price.currency,
            "number": number,
            "minor_units": price.minor_units,
        }
        for variant in product.details.variants
        for number, price in enumerate(variant.prices)
    ]


def search_rows(products: Sequence[Product]) -> list[dict[str, Any]]:
    return [
        {
            "product_id": product.product_id,
            "title": words_of_title(product),
            "categories": words_of_categories(product),
            "words": all_words(product),
        }
        for product in products
    ]


def category_rows(products: Sequence[Product]) -> list[dict[str, Any]]:
    return [
        {"product_id": product.product_id, "category": category}
        for product in products
        for category in dict.fromkeys(product.details.categories)
    ]


def products_of(rows: Sequence[RowMapping]) -> list[Product]:
    """The products whose rows these are: one for each price, together and in order."""
    return [_product(list(its)) for _, its in groupby(rows, lambda row: row["product_id"])]


def item_of(row: RowMapping) -> Item:
    return Item(
        sku=row["sku"],
        product_id=row["product_id"],
        title=row["item_title"],
        unit_price=Money(row["minor_units"], row["currency"]),
        image_url=row["image_url"],
        needs_delivery=row["needs_delivery"],
        tax_category=row["tax_category"],
        disclosures=disclosures.validate_json(row["disclosures"] or "[]"),
        ships_apart=row["ships_apart"],
    )


def _product(rows: list[RowMapping]) -> Product:
    first = rows[0]
    details = ProductDetails(
        product_id=first["product_id"],
        title=first["title"],
        description=first["description"],
        categories=texts.validate_json(first["categories"]),
        media=media.validate_json(first["media"]),
        disclosures=disclosures.validate_json(first["disclosures"] or "[]"),
        variants=tuple(_variant(list(its)) for _, its in groupby(rows, lambda row: row["sku"])),
    )
    return Product(
        details,
        is_archived=first["is_archived"],
        version=first["version"],
        events_recorded=first["events_recorded"],
    )


def _variant(rows: list[RowMapping]) -> Variant:
    first = rows[0]
    return Variant(
        sku=first["sku"],
        title=first["variant_title"],
        prices=tuple(Money(row["minor_units"], row["currency"]) for row in rows),
        options=options.validate_json(first["options"]),
        needs_delivery=first["needs_delivery"],
        tax_category=first["tax_category"],
        ships_apart=first["ships_apart"],
    )
