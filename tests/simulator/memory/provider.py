"""A payment provider in memory: a ledger of its own, that knows everything by its key."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.contracts.payments import Instrument
from domain.payments.operation import Verdict
from domain.payments.payment import Authorisation, PaymentState
from domain.payments.records import RecordPage
from domain.shared.values import AttemptId, Money


@dataclass(frozen=True)
class Entry:
    """What it set aside for an attempt, and what it moved of it, by kind and key."""

    said: Authorisation
    units: int = 0
    moved: tuple[tuple[str, str, int], ...] = ()

    def sum(self, kind: str) -> int:
        return sum(units for one, _, units in self.moved if one == kind)


@dataclass
class FakeProvider:
    handlers: tuple[str, ...] = ("mock_payment_handler",)
    entries: dict[AttemptId, Entry] = field(default_factory=dict)

    async def accepts(self, handler_id: str) -> bool:
        return handler_id in self.handlers

    async def authorise(
        self, attempt_id: AttemptId, amount: Money, instrument: Instrument
    ) -> Authorisation:
        if attempt_id not in self.entries:
            is_good = instrument.token == "success_token"
            said = (
                Authorisation(PaymentState.AUTHORISED)
                if is_good
                else Authorisation(PaymentState.DECLINED, "The payment was declined.")
            )
            self.entries[attempt_id] = Entry(said, amount.minor_units)
        return self.entries[attempt_id].said

    async def look_up(self, attempt_id: AttemptId) -> Authorisation | None:
        entry = self.entries.get(attempt_id)
        return entry.said if entry else None

    async def void(self, attempt_id: AttemptId) -> Verdict:
        entry = self.entries.setdefault(attempt_id, Entry(Authorisation(PaymentState.VOIDED)))
        if entry.sum("capture"):
            return Verdict("money has been captured")
        if entry.said.state == PaymentState.AUTHORISED:
            said = Authorisation(PaymentState.VOIDED)
            self.entries[attempt_id] = replace(entry, said=said)
        return Verdict()

    async def capture(self, attempt_id: AttemptId, key: str, amount: Money) -> Verdict:
        entry = self.entries.get(attempt_id)
        is_live = entry and entry.said.state == PaymentState.AUTHORISED
        left = entry.units - entry.sum("capture") if entry and is_live else 0
        return self._move(attempt_id, "capture", key, amount.minor_units, left)

    async def refund(self, attempt_id: AttemptId, key: str, amount: Money) -> Verdict:
        entry = self.entries.get(attempt_id)
        left = entry.sum("capture") - entry.sum("refund") if entry else 0
        return self._move(attempt_id, "refund", key, amount.minor_units, left)

    async def look_up_refund(self, attempt_id: AttemptId, key: str) -> Verdict | None:
        entry = self.entries.get(attempt_id)
        moved = entry.moved if entry else ()
        return Verdict() if any(one[:2] == ("refund", key) for one in moved) else None

    async def records(self, *, since: datetime | None, after: str | None, most: int) -> RecordPage:
        raise NotImplementedError("no process compares the books")

    def _move(self, attempt_id: AttemptId, kind: str, key: str, units: int, left: int) -> Verdict:
        entry = self.entries.get(attempt_id)
        if entry and any(one[:2] == (kind, key) for one in entry.moved):
            return Verdict()
        if not entry or not 0 < units <= left:
            return Verdict(f"there is not so much to {kind}")
        self.entries[attempt_id] = replace(entry, moved=(*entry.moved, (kind, key, units)))
        return Verdict()
