"""What a shop without a payment provider has: it can give things away, and take no money."""

from datetime import datetime

from domain.contracts.payments import Instrument
from domain.payments.operation import Verdict
from domain.payments.payment import Authorisation, PaymentState
from domain.payments.records import RecordPage
from domain.shared.values import AttemptId, Money

REFUSED = Verdict("there is no payment provider here")


class NoProvider:
    """Accepts no payment handler, so nothing is ever asked of it that it could not refuse."""

    async def accepts(self, _handler_id: str) -> bool:
        return False

    async def authorise(
        self, _attempt_id: AttemptId, _amount: Money, _instrument: Instrument
    ) -> Authorisation:
        return Authorisation(PaymentState.DECLINED, REFUSED.reason)

    async def look_up(self, _attempt_id: AttemptId) -> Authorisation | None:
        return None

    async def void(self, _attempt_id: AttemptId) -> Verdict:
        return Verdict()

    async def capture(self, _attempt_id: AttemptId, _key: str, _amount: Money) -> Verdict:
        return REFUSED

    async def refund(self, _attempt_id: AttemptId, _key: str, _amount: Money) -> Verdict:
        return REFUSED

    async def look_up_refund(self, _attempt_id: AttemptId, _key: str) -> Verdict | None:
        return None

    async def records(
        self,
        *,
        since: datetime | None,  # noqa: ARG002  # the port's own names
        after: str | None,  # noqa: ARG002
        most: int,  # noqa: ARG002
    ) -> RecordPage:
        return RecordPage(records=())
