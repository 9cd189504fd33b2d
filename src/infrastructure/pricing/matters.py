"""What of the rules could matter to a basket: one statement, of no more parts than there must be."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Executable,
    Row,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    false,
    literal,
    null,
    or_,
    select,
    union_all,
)

from domain.contracts.pricing import Discount, Promotion, RequestQuote, TaxRate
from domain.pricing.fitness import is_name, known_as
from domain.pricing.rules import Rules
from domain.pricing.taxes import there
from infrastructure.pricing.tables import discounts, promotion_skus, promotions, tax_rates
from infrastructure.shared.database.columns import Instant

INCLUDED = "included"
UNENDING = (
    cast(null(), Instant).label("ends_at"),
    cast(null(), String(200)).label("claim"),
    literal("").label("proof"),
    false().label("is_exclusive"),
    false().label("needs_account"),
    literal("").label("target"),
    literal("").label("method"),
)
"""What only a discount has."""


def read_about(request: RequestQuote) -> tuple[Executable | None, dict[str, Any]]:
    """What to ask, and with which values. A rule that nothing asks for is not read."""
    parts: list[Select[Any]] = []
    told: dict[str, Any] = {}
    if request.lines:
        codes = {code for code in map(known_as, request.codes) if is_name(code)}
        parts.append(DISCOUNTS)
        told |= {"codes": list(codes), "claims": ["", *request.claims]}
    if request.lines and (levels := {choice.service_level for choice in request.shipping}):
        skus = {line.sku for line in request.lines if is_name(line.sku)}
        parts.append(PROMOTIONS)
        told |= {"of_currency": request.currency, "levels": list(levels), "skus": list(skus)}
    places = {there(line, request) for line in request.lines}
    if countries := {country for country, _ in places if is_name(country)}:
        categories = {line.tax_category for line in request.lines}
        regions = {"", *(region for _, region in places if is_name(region))}
        parts.append(TAX_RATES)
        told |= {
            "countries": list(countries),
            "regions": list(regions),
            "categories": list(categories),
        }
    return (_together(tuple(parts)) if parts else None), told


@cache
def _together(parts: tuple[Select[Any], ...]) -> Executable:
    """Built once: building it costs more than executing it."""
    return union_all(*parts) if len(parts) > 1 else parts[0]


def _some(name: str) -> BindParameter[Any]:
    return bindparam(name, expanding=True)


def _discounts() -> Select[Any]:
    its = discounts.c
    return select(
        literal("discount").label("part"),
        its.code.label("key"),
        its.kind.label("kind"),
        its.value.label("amount"),
        its.title.label("title"),
        its.currency.label("place"),
        literal("").label("detail"),
        its.ends_at.label("ends_at"),
        its.claim.label("claim"),
        its.proof.label("proof"),
        its.is_exclusive.label("is_exclusive"),
        its.needs_account.label("needs_account"),
        its.target.label("target"),
        its.method.label("method"),
    ).where(or_(its.code.in_(_some("codes")), its.claim.in_(_some("claims"))))


def _promotions() -> Select[Any]:
    """A row for each item of a promotion that is in the basket, one without where there is none."""
    its, sku = promotions.c, promotion_skus.c.sku
    in_basket = and_(promotion_skus.c.promotion_id == its.promotion_id, sku.in_(_some("skus")))
    return (
        select(
            literal("promotion").label("part"),
            its.promotion_id.label("key"),
            its.service_level.label("kind"),
            its.minimum_subtotal.label("amount"),
            its.title.label("title"),
            its.currency.label("place"),
            sku.label("detail"),
            *UNENDING,
        )
        .select_from(promotions.outerjoin(promotion_skus, in_basket))
        .where(its.currency == bindparam("of_currency"), its.service_level.in_(_some("levels")))
        .where(or_(its.minimum_subtotal.is_not(None), sku.is_not(None)))
    )


def _tax_rates() -> Select[Any]:
    its = tax_rates.c
    return select(
        literal("tax rate").label("part"),
        its.country.label("key"),
        its.category.label("kind"),
        cast(its.basis_points, BigInteger).label("amount"),
        its.title.label("title"),
        its.region.label("place"),
        case((its.is_included, INCLUDED), else_="").label("detail"),
        *UNENDING,
    ).where(
        its.country.in_(_some("countries")),
        its.region.in_(_some("regions")),
        its.category.in_(_some("categories")),
    )


DISCOUNTS, PROMOTIONS, TAX_RATES = _discounts(), _promotions(), _tax_rates()


def rules_of(rows: Iterable[Row[Any]]) -> Rules:
    found: dict[str, list[Row[Any]]] = {"discount": [], "promotion": [], "tax rate": []}
    for row in rows:
        found[row.part].append(row)
    skus: dict[str, list[str]] = {row.key: [] for row in found["promotion"]}
    for row in found["promotion"]:
        skus[row.key] += [row.detail] if row.detail is not None else []
    by_id = {row.key: row for row in found["promotion"]}
    return Rules(
        discounts=tuple(map(_discount, found["discount"])),
        promotions=tuple(_promotion(row, skus[key]) for key, row in by_id.items()),
        tax_rates=tuple(map(_tax_rate, found["tax rate"])),
    )


def _discount(row: Row[Any]) -> Discount:
    return Discount(
        code=row.key,
        kind=row.kind,
        value=row.amount,
        title=row.title,
        currency=row.place,
        ends_at=row.ends_at,
        claim=row.claim,
        proof=row.proof,
        is_exclusive=bool(row.is_exclusive),
        needs_account=bool(row.needs_account),
        target=row.target,
        method=row.method,
    )


def _promotion(row: Row[Any], skus: Iterable[Any]) -> Promotion:
    return Promotion(
        promotion_id=row.key,
        title=row.title,
        currency=row.place,
        minimum_subtotal=row.amount,
        eligible_skus=tuple(sorted(skus)),
        service_level=row.kind,
    )


def _tax_rate(row: Row[Any]) -> TaxRate:
    return TaxRate(
        country=row.key,
        region=row.place,
        category=row.kind,
        basis_points=row.amount,
        title=row.title,
        is_included=row.detail == INCLUDED,
    )
