from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.pricing import RequestQuote, RuleExists, UnknownRule
from domain.pricing.editions import Edition
from domain.pricing.kinds import DISCOUNTS, PROMOTIONS, TAX_RATES, AnyKind, Key, KindOf, Rule
from domain.pricing.rules import Rules
from domain.shared.ids import first_version
from domain.shared.model import Conflict
from infrastructure.pricing.matters import read_about, rules_of
from infrastructure.pricing.rule_rows import (
    TABLES,
    Values,
    edition_of,
    has_items,
    is_behind,
    is_under,
    items_of,
    row_of,
    stands,
)
from infrastructure.pricing.tables import promotion_skus
from infrastructure.shared.database.inserts import insert_new

Change = tuple[Edition[Any], Edition[Any]]
"""One edition, and the one that takes its place."""


class SqlPriceRules:
    """The rules in a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def about(self, request: RequestQuote) -> Rules:
        asked, told = read_about(request)
        if asked is None:
            return Rules()
        return rules_of((await self._connection.execute(asked, told)).all())

    async def put(self, rules: Rules) -> None:
        await self._put(DISCOUNTS, rules.discounts)
        await self._put(PROMOTIONS, rules.promotions)
        await self._put(TAX_RATES, rules.tax_rates)

    async def get(self, kind: KindOf[Rule], key: Key) -> Edition[Rule]:
        table = TABLES[kind.name]
        for found in await self._read(kind, select(table).where(is_under(table, key))):
            return found
        raise UnknownRule(kind.name_of(key))

    async def page(self, kind: KindOf[Rule], after: Key | None, most: int) -> list[Edition[Rule]]:
        table = TABLES[kind.name]
        some = select(table).order_by(*table.primary_key).limit(most)
        return await self._read(kind, some.where(is_behind(table, after)) if after else some)

    async def add(self, new: Edition[Rule]) -> None:
        if not await insert_new(self._connection, TABLES[new.kind.name], row_of(new)):
            raise RuleExists(new.name)
        await self._change_items(set(), items_of(new))

    async def save(self, was: Edition[Rule], now: Edition[Rule]) -> None:
        if now != was:
            await self._change(was.kind, [(was, now)])

    async def remove(self, was: Edition[Rule]) -> None:
        table = TABLES[was.kind.name]
        await self._change_items(items_of(was), set())
        if not (await self._connection.execute(delete(table).where(stands(table, was)))).rowcount:
            raise Conflict(was.name)

    async def _put(self, kind: KindOf[Rule], rules: Sequence[Rule]) -> None:
        """Insert what is new, change what is not: few statements, however many there are."""
        if not rules:
            return
        table = TABLES[kind.name]
        first, *_ = table.primary_key
        some = select(table).where(first.in_({kind.key(rule)[0] for rule in rules}))
        known = {one.key: one for one in await self._read(kind, some)}
        wanted = sorted(rules, key=kind.key)  # one order for all: no deadlock
        new = [
            Edition(kind=kind, rule=rule, version=first_version())
            for rule in wanted
            if kind.key(rule) not in known
        ]
        if new:
            await self._insert(kind, new)
        standing = [(known[key], rule) for rule in wanted if (key := kind.key(rule)) in known]
        changes = [(was, was.edited(rule, None)) for was, rule in standing if rule != was.rule]
        if changes:
            await self._change(kind, changes)

    async def _insert(self, kind: KindOf[Rule], new: Sequence[Edition[Rule]]) -> None:
        try:
            await self._connection.execute(insert(TABLES[kind.name]), [row_of(one) for one in new])
        except IntegrityError as taken:
            raise Conflict(*(one.name for one in new)) from taken
        await self._change_items(set(), {item for one in new for item in items_of(one)})

    async def _change(self, kind: AnyKind, changes: Sequence[Change]) -> None:
        table = TABLES[kind.name]
        its_key = [part == bindparam(f"its_{part.name}") for part in table.primary_key]
        one = update(table).where(*its_key, table.c.version == bindparam("its_version"))
        rows = [_keyed(was, now) for was, now in changes]
        if (await self._connection.execute(one, rows)).rowcount != len(rows):
            raise Conflict(*(was.name for was, _ in changes))
        before = {item for was, _ in changes for item in items_of(was)}
        await self._change_items(before, {item for _, now in changes for item in items_of(now)})

    async def _change_items(self, was: set[tuple[str, Any]], now: set[tuple[str, Any]]) -> None:
        its = promotion_skus.c
        if gone := was - now:
            one = delete(promotion_skus).where(
                its.promotion_id == bindparam("promotion_id"), its.sku == bindparam("sku")
            )
            await self._connection.execute(one, _pairs(gone))
        if new := now - was:
            await self._connection.execute(insert(promotion_skus), _pairs(new))

    async def _read(self, kind: KindOf[Rule], some: Select[Any]) -> list[Edition[Rule]]:
        rows = (await self._connection.execute(some)).mappings().all()
        skus: dict[str, list[Any]] = {row["promotion_id"]: [] for row in rows if has_items(kind)}
        if skus:
            theirs = select(promotion_skus).where(promotion_skus.c.promotion_id.in_(skus))
            for row in await self._connection.execute(theirs):
                skus[row.promotion_id].append(row.sku)
        return [edition_of(kind, row, skus.get(row.get("promotion_id", ""), ())) for row in rows]


def _keyed(was: Edition[Any], now: Edition[Any]) -> Values:
    parts = zip(TABLES[was.kind.name].primary_key, was.key, strict=True)
    its_key = {f"its_{part.name}": text for part, text in parts}
    return {**row_of(now), **its_key, "its_version": was.version}


def _pairs(items: Iterable[tuple[str, Any]]) -> list[Values]:
    return [{"promotion_id": promotion_id, "sku": sku} for promotion_id, sku in sorted(items)]
