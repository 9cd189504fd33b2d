from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.contracts.payments import Difference, Reconcile, Reconciliation, UnfitCursor
from domain.payments.payment import Payment, PaymentState
from domain.payments.ports import Begin, PaymentProvider
from domain.payments.records import differences, missing_there
from domain.shared.clock import Clock
from domain.shared.ids import earliest_uuid7
from domain.shared.values import AttemptId

THERE, HERE = "there:", "here:"
MOST_LOOK_UPS = 10
"""One after the other, within the deadline of a call."""
SETTLING = timedelta(seconds=60)
"""What was begun so lately may still be on its way: it is compared the next time."""


@dataclass(frozen=True)
class ReconcileHandler:
    """First each of the provider's records is looked for in our books; then each of our payments
    that says it holds money is looked for there.
    """

    begin: Begin
    provider: PaymentProvider
    clock: Clock

    async def __call__(self, message: Reconcile, /) -> Reconciliation:
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
        return _page(len(records), len(moving), found, after)

    async def _here(self, message: Reconcile, cursor: str) -> Reconciliation:
        most = min(message.most, MOST_LOOK_UPS)
        async with self.begin() as book:
            payments = await book.page(
                state=PaymentState.AUTHORISED,
                before=_attempt(cursor) if cursor else None,
                since=AttemptId(earliest_uuid7(message.since)) if message.since else None,
                most=most,
            )
        held = [p for p in payments if not p.is_free and not self._is_moving(p.attempt_id, p)]
        found = [
            missing_there(payment)
            for payment in held
            if await self.provider.look_up(payment.attempt_id) is None
        ]
        is_last = len(payments) < most
        after = None if is_last else f"{HERE}{payments[-1].attempt_id}"
        return _page(0, 0, found, after)

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


def _page(compared: int, moving: int, found: list[Difference], after: str | None) -> Reconciliation:
    return Reconciliation(compared=compared, moving=moving, differences=tuple(found), next=after)
