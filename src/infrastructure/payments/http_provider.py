"""A payment provider in another process, as the test provider serves itself: over HTTP."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout
from pydantic import TypeAdapter, ValidationError

from domain.contracts.payments import Instrument
from domain.payments.operation import Verdict
from domain.payments.payment import Authorisation
from domain.payments.records import RecordPage
from domain.shared.ids import earliest_uuid7
from domain.shared.model import OutcomeUnknown
from domain.shared.values import AttemptId, Money

Said = TypeVar("Said")
authorisation: TypeAdapter[Authorisation] = TypeAdapter(Authorisation)
record_page: TypeAdapter[RecordPage] = TypeAdapter(RecordPage)
verdict: TypeAdapter[Verdict] = TypeAdapter(Verdict)


class HttpProvider:
    """Every call ends within `provider_seconds`, or its outcome is unknown."""

    def __init__(
        self, client: ClientSession, handlers: Collection[str], provider_seconds: float
    ) -> None:
        self._client, self._handlers = client, handlers
        self._timeout = ClientTimeout(total=provider_seconds)

    async def accepts(self, handler_id: str) -> bool:
        return handler_id in self._handlers

    async def authorise(
        self, attempt_id: AttemptId, amount: Money, instrument: Instrument
    ) -> Authorisation:
        told = {
            "minor_units": amount.minor_units,
            "currency": amount.currency,
            "token": instrument.token,
        }
        status, said = await self._ask("PUT", f"/authorisations/{attempt_id}", told)
        return _read(authorisation, status, said)

    async def look_up(self, attempt_id: AttemptId) -> Authorisation | None:
        status, said = await self._ask("GET", f"/authorisations/{attempt_id}")
        return None if status == 404 else _read(authorisation, status, said)

    async def void(self, attempt_id: AttemptId) -> Verdict:
        status, said = await self._ask("PUT", f"/authorisations/{attempt_id}/void")
        return _read(verdict, status, said)

    async def capture(self, attempt_id: AttemptId, key: str, amount: Money) -> Verdict:
        return await self._move(attempt_id, "captures", key, amount)

    async def refund(self, attempt_id: AttemptId, key: str, amount: Money) -> Verdict:
        return await self._move(attempt_id, "refunds", key, amount)

    async def look_up_refund(self, attempt_id: AttemptId, key: str) -> Verdict | None:
        path = f"/authorisations/{attempt_id}/refunds?{urlencode({'key': key})}"
        status, said = await self._ask("GET", path)
        return None if status == 404 else _read(verdict, status, said)

    async def records(self, *, since: datetime | None, after: str | None, most: int) -> RecordPage:
        told = {"since": str(earliest_uuid7(since)) if since else "", "after": after or ""}
        status, said = await self._ask("GET", f"/records?{urlencode({**told, 'most': most})}")
        return _read(record_page, status, said)

    async def _move(self, attempt_id: AttemptId, kind: str, key: str, amount: Money) -> Verdict:
        told = {"key": key, "minor_units": amount.minor_units}
        status, said = await self._ask("POST", f"/authorisations/{attempt_id}/{kind}", told)
        return _read(verdict, status, said)

    async def _ask(
        self, method: str, path: str, told: dict[str, Any] | None = None
    ) -> tuple[int, bytes]:
        try:
            async with self._client.request(
                method, path, json=told, timeout=self._timeout, allow_redirects=False
            ) as reply:
                return reply.status, await reply.read()
        except (ClientError, TimeoutError):
            raise OutcomeUnknown("the payment provider did not answer") from None


def _read(kind: TypeAdapter[Said], status: int, said: bytes) -> Said:
    try:
        if status == 200:
            return kind.validate_json(said)
    except ValidationError:
        pass
    raise OutcomeUnknown(f"the payment provider answered {status}")
