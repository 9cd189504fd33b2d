from collections.abc import Sequence
from dataclasses import dataclass

from structlog import get_logger

from app.payments.perform_operation import PerformOperation
from domain.payments.operation import StillUnderWay
from domain.payments.ports import Begin, Due
from domain.shared.clock import Clock
from domain.shared.ids import public
from domain.shared.model import Conflict, OutcomeUnknown

AT_ONCE = 32
log = get_logger(__name__)


@dataclass(frozen=True)
class PerformOperations:
    """Does what is due: what events asked for, and what a call left undone."""

    begin: Begin
    perform: PerformOperation
    clock: Clock

    async def __call__(self) -> bool:
        """Whether the provider could be reached. Where it could not, the operation is postponed,
        and the others wait until this is called again; what it is still about waits alone, and so
        does what fails as nobody foresaw. Raises `Conflict`.
        """
        is_reached, failed = True, list[Due]()
        async with self.begin() as book:
            due = await book.due(self.clock(), most=AT_ONCE)
        for one in due:
            try:
                await self._perform(one)
            except StillUnderWay:
                await self._postpone(one)
            except OutcomeUnknown:
                await self._postpone(one)
                is_reached = False
                break
            except Conflict:
                raise
            except Exception:
                log.exception(
                    "operation failed", payment_id=public("pay", one.attempt_id), kind=one.kind
                )
                failed.append(one)
        await self._postpone_all(failed)
        return is_reached

    async def _perform(self, one: Due) -> None:
        async with self.begin() as book:
            payment = await book.get(one.attempt_id)
        operation = payment.find(one.kind, one.key)
        if operation and operation.is_pending:
            await self.perform(payment, operation)

    async def _postpone_all(self, failed: Sequence[Due]) -> None:
        """What cannot even be read raises, once all others are postponed: then this rests a while."""
        last: Exception | None = None
        for one in failed:
            try:
                await self._postpone(one)
            except Exception as why:  # noqa: BLE001  # it is raised in the end
                last = why
        if last:
            raise last

    async def _postpone(self, one: Due) -> None:
        async with self.begin() as book:
            payment = await book.get(one.attempt_id)
            payment.postpone(one.kind, one.key, self.clock())
            await book.save(payment)
