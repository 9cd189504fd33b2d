from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from domain.contracts.payments import (
    MOST_LOOK_UPS,
    MOST_OF_A_PAGE,
    Reconcile,
    Reconciliation,
    TooManyLookUps,
    UnfitCursor,
)
from domain.payments.payment import Payment, PaymentState
from domain.payments.ports import Begin, PaymentProvider
from domain.payments.records import differences, missing_there
from domain.shared.clock import Clock
from domain.shared.ids import earliest_uuid7
from domain.shared.values import AttemptId

THERE, HERE = "there:", "here:"
SETTLING = timedelta(seconds=60)
"""What was begun so lately may still be on its way: it is compared the next time."""


@dataclass(frozen=True)
class ReconcileHandler:
    """First each of the provider's records is looked for in our books; then our payments that say
    they hold money are told, and those of them that were not met are looked for there.
    """

    begin: Begin
    provider: PaymentProvider
    clock: Clock

    async def __call__(self, message: Reconcile, /) -> Reconciliation:
        if len(message.only) > MOST_LOOK_UPS:
            raise TooManyLookUps(MOST_LOOK_UPS)
        if message.only:
            return await self._looked_for(message)
        message = replace(message, most=max(1, min(message.most, MOST_OF_A_PAGE)))
        after = message.after or THERE
        if after.startswith(THERE):
            return await self._there(message, after.removeprefix(THERE))
        if after.startswith(HERE):
            return await self._here(message, after.removeprefix(HERE))
        raise UnfitCursor(after)

    async def _there(self, message: Reconcile, cursor: str) -> Reconciliation:
        page = await self.provider.records(
            since=message.since, after=cursor or None, most=message.most
        )
        ids = {record.attempt_id for record in page.records}
        async with self.begin() as book:
            known = {payment.attempt_id: payment for payment in await book.find_many(ids)}
        moving = {one for one in ids if self._is_moving(one, known.get(one))}
        records = [record for record in page.records if record.attempt_id not in moving]
        found = [one for r in records for one in differences(known.get(r.attempt_id), r)]
        after = THERE + page.next if page.next else HERE
        return Reconciliation(
            compared=len(records),
            moving=len(moving),
            differences=tuple(found),
            next=after,
            there=tuple(ids),
        )

    async def _here(self, message: Reconcile, cursor: str) -> Reconciliation:
        async with self.begin() as book:
            payments = await book.page(
                state=PaymentState.AUTHORISED,
                before=_attempt(cursor) if cursor else None,
                since=AttemptId(earliest_uuid7(message.since)) if message.since else None,
                most=message.most,
            )
        held = [p for p in payments if not p.is_free and not self._is_moving(p.attempt_id, p)]
        is_last = len(payments) < message.most
        return Reconciliation(
            compared=0,
            moving=0,
            differences=(),
            next=None if is_last else f"{HERE}{payments[-1].attempt_id}",
            held=tuple(payment.attempt_id for payment in held),
        )

    async def _looked_for(self, message: Reconcile) -> Reconciliation:
        async with self.begin() as book:
            payments = await book.find_many(message.only)
        missing = [p for p in payments if await self.provider.look_up(p.attempt_id) is None]
        return Reconciliation(
            compared=0, moving=0, differences=tuple(missing_there(payment) for payment in missing)
        )

    def _is_moving(self, attempt_id: AttemptId, payment: Payment | None) -> bool:
        is_new = attempt_id.version == 7 and attempt_id >= self._settled()
        return is_new or (payment is not None and payment.is_moving)

    def _settled(self) -> UUID:
        """Attempts are named by when they began."""
        return earliest_uuid7(self.clock() - SETTLING)


def _attempt(cursor: str) -> AttemptId:
    try:
        return AttemptId(UUID(cursor))
    except ValueError:
        raise UnfitCursor(HERE + cursor) from None
