"""What is sold, for whoever looks after it: `/v1/products`."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Response
from pydantic import ConfigDict, Field

from app.edge.desk import (
    After,
    Body,
    Desk,
    IfMatch,
    Most,
    Page,
    PriceBody,
    YesNo,
    etag,
    staff,
)
from domain.contracts.catalog import (
    ArchiveProduct,
    Catalog,
    CreateProduct,
    Disclosure,
    FindProduct,
    KeptProduct,
    ListProducts,
    Media,
    OptionChoice,
    ProductChanged,
    ProductDetails,
    ProductExists,
    RestoreProduct,
    SkuTaken,
    UnfitProduct,
    UnknownCursor,
    UnknownProduct,
    UpdateProduct,
    Variant,
)
from domain.shared.values import Money, Sku

TEA: dict[str, Any] = {
    "title": "Green tea",
    "description": "From the hills.",
    "categories": ["tea"],
    "media": [{"url": "https://shop.example/tea.jpg", "alt_text": "A cup of it"}],
    "variants": [
        {
            "sku": "TEA-100G",
            "title": "100 g",
            "prices": [{"amount": 1250, "currency": "USD"}],
            "options": [{"name": "size", "label": "100 g"}],
            "tax_category": "food",
        }
    ],
}
KEPT: dict[str, Any] = {"product_id": "tea", **TEA, "version": 1, "is_archived": False}
IsArchived = Annotated[bool, Query(alias="archived", description="Those that are not sold.")]


UNFIT = (SkuTaken, UnfitProduct)
CHANGED = (UnknownProduct, ProductChanged)


class MediaBody(Body):
    url: str
    kind: str = "image"
    alt_text: str | None = None


class DisclosureBody(Body):
    """What buyers must be shown beside it; everywhere, or where goods go to this place."""

    code: str
    text: str
    content_type: str = "plain"
    image_url: str | None = None
    url: str | None = None
    country: str | None = None
    region: str | None = None


class OptionBody(Body):
    name: str
    label: str


class VariantBody(Body):
    sku: str
    title: str
    prices: tuple[PriceBody, ...] = Field(description="One for each currency it is sold in.")
    options: tuple[OptionBody, ...] = ()
    needs_delivery: YesNo = True
    tax_category: str = "standard"
    ships_apart: YesNo = Field(
        default=False, description="Whether it travels in no parcel with other goods."
    )


class DescriptionBody(Body):
    """A product as it is described, with everything that can be bought of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [TEA]})

    title: str
    variants: tuple[VariantBody, ...]
    description: str = ""
    categories: tuple[str, ...] = ()
    media: tuple[MediaBody, ...] = ()
    disclosures: tuple[DisclosureBody, ...] = ()


class NewProductBody(DescriptionBody):
    model_config = ConfigDict(json_schema_extra={"examples": [{"product_id": "tea", **TEA}]})

    product_id: str


class ProductBody(NewProductBody):
    """`version` is what the `ETag` says too."""

    model_config = ConfigDict(json_schema_extra={"examples": [KEPT]})

    version: int
    is_archived: bool


def router(catalog: Catalog, desk: Desk) -> APIRouter:
    routes = desk.routes("catalog")

    @routes.get("/products", **staff("list_products", "catalog:read", UnknownCursor))
    async def list_products(
        after: After = None,
        limit: Most = 20,
        is_archived: IsArchived = False,  # noqa: FBT002  # a query parameter
    ) -> Page[ProductBody]:
        """By their ids. A page is shorter where its products have very many variants."""
        message = ListProducts(after=after, most=limit, is_archived=is_archived)
        page = await catalog.list_products(message)
        return Page(items=tuple(map(_shown, page.items)), next=page.next)

    @routes.post(
        "/products",
        **staff("create_product", "catalog:write", ProductExists, *UNFIT, status=201, tagged=True),
    )
    async def create_product(body: NewProductBody, response: Response) -> ProductBody:
        """A new product, that is sold at once."""
        product = _details(body.product_id, body)
        response.headers["location"] = f"/v1/products/{quote(product.product_id, safe='')}"
        return _told(await catalog.create_product(CreateProduct(product=product)), response)

    one = "/products/{product_id:path}"

    @routes.get(one, **staff("get_product", "catalog:read", UnknownProduct, tagged=True))
    async def get_product(product_id: str, response: Response) -> ProductBody:
        """Whether it is sold or archived."""
        return _told(await catalog.find_product(FindProduct(product_id=product_id)), response)

    @routes.put(one, **staff("update_product", "catalog:write", *CHANGED, *UNFIT, tagged=True))
    async def update_product(
        product_id: str, body: DescriptionBody, version: IfMatch, response: Response
    ) -> ProductBody:
        """Put this in place of its description. A variant that is left out is no longer sold."""
        message = UpdateProduct(product=_details(product_id, body), version=version)
        return _told(await catalog.update_product(message), response)

    @routes.post(
        f"{one}/archive", **staff("archive_product", "catalog:write", *CHANGED, tagged=True)
    )
    async def archive_product(product_id: str, version: IfMatch, response: Response) -> ProductBody:
        """Sell it no more, but keep it, and its SKUs for it."""
        message = ArchiveProduct(product_id=product_id, version=version)
        return _told(await catalog.archive_product(message), response)

    @routes.post(
        f"{one}/restore", **staff("restore_product", "catalog:write", *CHANGED, tagged=True)
    )
    async def restore_product(product_id: str, version: IfMatch, response: Response) -> ProductBody:
        """Sell it again."""
        message = RestoreProduct(product_id=product_id, version=version)
        return _told(await catalog.restore_product(message), response)

    return routes


def _details(product_id: str, body: DescriptionBody) -> ProductDetails:
    return ProductDetails(
        product_id=product_id,
        title=body.title,
        variants=tuple(map(_variant, body.variants)),
        description=body.description,
        categories=body.categories,
        media=tuple(Media(**one.model_dump()) for one in body.media),
        disclosures=tuple(Disclosure(**one.model_dump()) for one in body.disclosures),
    )


def _variant(body: VariantBody) -> Variant:
    return Variant(
        sku=Sku(body.sku),
        title=body.title,
        prices=tuple(Money(price.amount, price.currency) for price in body.prices),
        options=tuple(OptionChoice(**one.model_dump()) for one in body.options),
        needs_delivery=body.needs_delivery,
        tax_category=body.tax_category,
        ships_apart=body.ships_apart,
    )


def _shown(product: KeptProduct) -> ProductBody:
    details = product.details
    return ProductBody(
        product_id=details.product_id,
        title=details.title,
        variants=tuple(map(_shown_variant, details.variants)),
        description=details.description,
        categories=details.categories,
        media=tuple(map(MediaBody.model_validate, details.media)),
        disclosures=tuple(map(DisclosureBody.model_validate, details.disclosures)),
        version=product.version,
        is_archived=product.is_archived,
    )


def _shown_variant(variant: Variant) -> VariantBody:
    return VariantBody(
        sku=variant.sku,
        title=variant.title,
        prices=tuple(
            PriceBody(amount=price.minor_units, currency=price.currency) for price in variant.prices
        ),
        options=tuple(map(OptionBody.model_validate, variant.options)),
        needs_delivery=variant.needs_delivery,
        tax_category=variant.tax_category,
        ships_apart=variant.ships_apart,
    )


def _told(product: KeptProduct, response: Response) -> ProductBody:
    response.headers["etag"] = etag(product.version)
    return _shown(product)
