from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, select, union_all, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.pricing import Promotion, RequestQuote
from domain.pricing.rules import Rules
from domain.shared.model import Conflict
from infrastructure.pricing.matters import parts_about, rules_of
from infrastructure.pricing.tables import discounts, promotion_skus, promotions, tax_rates

Values = dict[str, Any]


class SqlPriceRules:
    """The rules in a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def about(self, request: RequestQuote) -> Rules:
        if not (parts := parts_about(request)):
            return Rules()
        whole = union_all(*parts) if len(parts) > 1 else parts[0]
        return rules_of((await self._connection.execute(whole)).all())

    async def put(self, rules: Rules) -> None:
        try:
            await self._put(discounts, [asdict(one) for one in rules.discounts])
            await self._put(promotions, [_promotion_row(one) for one in rules.promotions])
            await self._put_skus(rules.promotions)
            await self._put(tax_rates, [asdict(one) for one in rules.tax_rates])
        except IntegrityError as taken:
            raise Conflict("price rules") from taken

    async def _put(self, table: Table, rows: Sequence[Values]) -> None:
        """Insert what is new, update what has changed: two statements and one to find out."""
        if not rows:
            return
        first, *_ = names = [column.name for column in table.primary_key]
        some = select(table).where(table.c[first].in_({row[first] for row in rows}))
        found = (await self._connection.execute(some)).mappings()
        known = {_key(row, names): dict(row) for row in found}
        if new := [row for row in rows if _key(row, names) not in known]:
            await self._connection.execute(insert(table), new)
        if changed := [row for row in rows if known.get(_key(row, names), row) != row]:
            its_key = [table.c[name] == bindparam(f"its_{name}") for name in names]
            keyed = [{**row, **{f"its_{name}": row[name] for name in names}} for row in changed]
            await self._connection.execute(update(table).where(*its_key), keyed)

    async def _put_skus(self, described: Sequence[Promotion]) -> None:
        ids = [one.promotion_id for one in described]
        if not ids:
            return
        some = select(promotion_skus).where(promotion_skus.c.promotion_id.in_(ids))
        found = {(row.promotion_id, row.sku) for row in await self._connection.execute(some)}
        wanted = {(one.promotion_id, sku) for one in described for sku in one.eligible_skus}
        if gone := found - wanted:
            await self._connection.execute(_without(), _pairs(gone))
        if new := wanted - found:
            await self._connection.execute(insert(promotion_skus), _pairs(new))


def _key(row: Any, names: Iterable[str]) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


def _promotion_row(one: Promotion) -> Values:
    row = asdict(one)
    del row["eligible_skus"]
    return row


def _without() -> Any:
    return delete(promotion_skus).where(
        promotion_skus.c.promotion_id == bindparam("promotion_id"),
        promotion_skus.c.sku == bindparam("sku"),
    )


def _pairs(keys: Iterable[tuple[str, str]]) -> list[Values]:
    return [{"promotion_id": promotion_id, "sku": sku} for promotion_id, sku in sorted(keys)]
