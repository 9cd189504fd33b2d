"""Returns as rows: what lists filter by in columns, the rest as one document."""

from copy import copy
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Select, and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.ordering import ReturnLine, ReturnRefund, UnknownReturn
from domain.ordering.goods_return import AWAITED, Return, ReturnId, ReturnState
from domain.shared.ids import earliest_uuid7, public
from domain.shared.model import Conflict
from domain.shared.values import OrderId
from infrastructure.ordering.tables import returns
from infrastructure.shared.database.columns import is_among

lines_json: TypeAdapter[tuple[ReturnLine, ...]] = TypeAdapter(tuple[ReturnLine, ...])
refunds_json: TypeAdapter[tuple[ReturnRefund, ...]] = TypeAdapter(tuple[ReturnRefund, ...])


class ReturnRows:
    """Returns in a transaction."""

    _connection: AsyncConnection

    def __init__(self) -> None:
        self._returns: dict[ReturnId, Return] = {}

    async def goods_return(self, return_id: ReturnId | None) -> Return:
        found = await self._all(select(returns).where(returns.c.return_id == return_id))
        if not found or return_id is None:
            raise UnknownReturn(public("ret", return_id) if return_id else "")
        return found[0]

    async def return_under(self, order_id: OrderId, key: str) -> Return | None:
        own = returns.c.order_id == order_id, returns.c.key == key
        return next(iter(await self._all(select(returns).where(*own))), None)

    async def returns_of(self, order_id: OrderId) -> list[Return]:
        return await self._all(select(returns).where(returns.c.order_id == order_id))

    async def returns(
        self,
        order_id: OrderId | None,
        state: ReturnState | None,
        after: ReturnId | None,
        *,
        most: int,
    ) -> list[Return]:
        return await self._all(page_of_returns(order_id, state, after).limit(most))

    async def late_returns(
        self,
        *,
        asked_before: datetime,
        over_before: datetime,
        reminded_before: datetime,
        most: int,
    ) -> list[ReturnId]:
        its = returns.c
        late = or_(
            and_(
                is_among(its.state, *AWAITED),
                its.return_id < earliest_uuid7(asked_before),
                its.reminded_at.is_(None),
            ),
            and_(
                is_among(its.state, ReturnState.APPROVED),
                its.return_id < earliest_uuid7(over_before),
                its.reminded_at < reminded_before,
            ),
        )
        oldest = select(its.return_id).where(late).order_by(its.return_id).limit(most)
        return list((await self._connection.execute(oldest)).scalars())

    async def save_return(self, goods_return: Return) -> None:
        before = self._returns.get(goods_return.return_id)
        if goods_return == before:
            return
        row = {**return_row(goods_return), "version": goods_return.version + 1}
        try:
            if before is None:
                await self._connection.execute(insert(returns).values(row))
            else:
                unchanged = (
                    returns.c.return_id == before.return_id,
                    returns.c.state == before.state,
                    returns.c.version == goods_return.version,
                )
                moved = update(returns).where(*unchanged).values(row)
                if (await self._connection.execute(moved)).rowcount == 0:
                    raise Conflict(goods_return.return_id)
        except IntegrityError as exists:
            raise Conflict(goods_return.return_id) from exists
        goods_return.version += 1
        self._returns[goods_return.return_id] = copy(goods_return)

    async def _all(self, wanted: Select[Any]) -> list[Return]:
        found = [_return(row) for row in (await self._connection.execute(wanted)).mappings()]
        self._returns |= {one.return_id: copy(one) for one in found}
        return found


def page_of_returns(
    order_id: OrderId | None, state: ReturnState | None, after: ReturnId | None
) -> Select[Any]:
    page = select(returns).order_by(returns.c.return_id.desc())
    if order_id is not None:
        page = page.where(returns.c.order_id == order_id)
    if state is not None:
        page = page.where(is_among(returns.c.state, state))
    return page.where(returns.c.return_id < after) if after is not None else page


def return_row(goods_return: Return) -> dict[str, object]:
    return {
        "return_id": goods_return.return_id,
        "order_id": goods_return.order_id,
        "key": goods_return.key,
        "requested_at": goods_return.requested_at,
        "currency": goods_return.currency,
        "state": goods_return.state,
        "reason": goods_return.reason,
        "decision": goods_return.decision,
        "receive_key": goods_return.receive_key,
        "cancel_key": goods_return.cancel_key,
        "reminded_at": goods_return.reminded_at,
        "lines": lines_json.dump_json(goods_return.lines).decode(),
        "refunds": refunds_json.dump_json(goods_return.refunds).decode(),
    }


def _return(row: Any) -> Return:
    return Return(
        return_id=row["return_id"],
        order_id=row["order_id"],
        key=row["key"],
        requested_at=row["requested_at"],
        currency=row["currency"],
        lines=lines_json.validate_json(row["lines"]),
        reason=row["reason"],
        state=ReturnState(row["state"]),
        decision=row["decision"],
        refunds=refunds_json.validate_json(row["refunds"]),
        receive_key=row["receive_key"],
        cancel_key=row["cancel_key"],
        reminded_at=row["reminded_at"],
        version=row["version"],
    )
