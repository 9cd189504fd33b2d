"""Rules as rows, and rows as rules. What a promotion is for is kept in rows of its own."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Table, and_, literal, tuple_

from domain.pricing.editions import Edition
from domain.pricing.kinds import DISCOUNTS, PROMOTIONS, TAX_RATES, AnyKind, Key, KindOf, Rule
from domain.shared.values import Sku
from infrastructure.pricing.tables import discounts, promotions, tax_rates

Values = dict[str, Any]
TABLES = {DISCOUNTS.name: discounts, PROMOTIONS.name: promotions, TAX_RATES.name: tax_rates}
ITEMS = "eligible_skus"


def is_under(table: Table, key: Key) -> ColumnElement[bool]:
    return and_(*(part == text for part, text in zip(table.primary_key, key, strict=True)))


def is_behind(table: Table, key: Key) -> ColumnElement[bool]:
    return tuple_(*table.primary_key) > tuple_(*map(literal, key))


def stands(table: Table, was: Edition[Any]) -> ColumnElement[bool]:
    return and_(is_under(table, was.key), table.c.version == was.version)


def row_of(edition: Edition[Any]) -> Values:
    row = {**asdict(edition.rule), "version": edition.version}
    row.pop(ITEMS, None)
    return row


def has_items(kind: AnyKind) -> bool:
    return kind.name == PROMOTIONS.name


def items_of(edition: Edition[Any]) -> set[tuple[str, Sku]]:
    """Pairs of a promotion's id and an item that it is for."""
    return {(edition.rule_id, sku) for sku in getattr(edition.rule, ITEMS, ())}


def edition_of(kind: KindOf[Rule], row: RowMapping, skus: Iterable[Sku]) -> Edition[Rule]:
    values: Values = dict(row)
    version = values.pop("version")
    if has_items(kind):
        values[ITEMS] = tuple(sorted(skus))
    return Edition(kind=kind, rule=kind.rules(**values), version=version)
