"""Things to sell, for tests."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from domain.contracts.catalog import Disclosure, Media, OptionChoice, ProductDetails, Variant
from domain.shared.values import Money, Sku


def a_sku(name: str = "TEA") -> Sku:
    """One that no other test has."""
    return Sku(f"{name}-{uuid4().hex}")


def a_variant(sku: Sku | None = None, **details: Any) -> Variant:
    plain = Variant(sku=sku or a_sku(), title="100 g", prices=(Money(1250, "USD"),))
    return replace(plain, **details)


def a_product(*variants: Variant, **details: Any) -> ProductDetails:
    plain = ProductDetails(
        product_id=uuid4().hex, title="Green tea", variants=variants or (a_variant(),)
    )
    return replace(plain, **details)


def a_full_product() -> ProductDetails:
    """Every part of it filled, and nothing in the order of the alphabet."""
    small = a_variant(
        a_sku("Z"),
        title="100 g - klein",
        prices=(Money(1250, "USD"), Money(1100, "EUR"), Money(0, "JPY")),
        options=(
            OptionChoice(name="size", label="100 g"),
            OptionChoice(name="colour", label="green"),
        ),
        needs_delivery=False,
        tax_category="food",
        ships_apart=True,
    )
    large = a_variant(a_sku("A"), title="1 kg", prices=(Money(9900, "USD"),))
    return a_product(
        small,
        large,
        description="First line.\nSecond line: 緑茶.",
        categories=("tea", "green"),
        media=(
            Media(url="https://shop.example/tea.mp4", kind="video"),
            Media(url="https://shop.example/tea.jpg", alt_text="A cup of it"),
            Media(url="https://shop.example/more.jpg"),
        ),
        disclosures=(
            Disclosure(code="allergens", text="May contain *nuts*.", content_type="markdown"),
            Disclosure(
                code="prop65",
                text="WARNING: lead.",
                image_url="https://shop.example/warning.png",
                url="https://law.example/65",
                country="US",
                region="CA",
            ),
        ),
    )
