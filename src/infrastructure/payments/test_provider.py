"""The test payment provider: a partner to try things out with, never in production.

What it does is said by the token that it is given; all others are approved:

    fail_token      declined
    hang_token      never answers, and keeps nothing
    late_token:2.5  authorised, and answers 2.5 seconds later
    lost_token      authorised, and the reply is lost

It runs in the shop's process, or as one of its own:

    python -m infrastructure.payments.test_provider --port 8100 --database var/test-provider.db
"""

from argparse import ArgumentParser
from asyncio import Event, sleep, timeout, to_thread
from collections.abc import Awaitable, Callable, Collection
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from sqlite3 import Error
from typing import TypeVar

import uvicorn
from pydantic_core import to_json
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from domain.contracts.payments import Instrument
from domain.payments.operation import Verdict
from domain.payments.payment import Authorisation
from domain.payments.records import RecordPage
from domain.shared.ids import earliest_uuid7
from domain.shared.model import OutcomeUnknown
from domain.shared.values import AttemptId, Money
from infrastructure.payments.ledger import Ledger

Said = TypeVar("Said")
MOST_RECORDS = 100
SECONDS_LATE, MOST_SECONDS_LATE = 2.0, 60.0
DECLINED = "The card was declined."


class ReplyLost(Exception):
    """It was done, and nobody will hear of it."""


async def authorise(
    ledger: Ledger, key: str, minor_units: int, currency: str, token: str
) -> Authorisation:
    """As the token says. Raises `ReplyLost`."""
    behaviour, _, argument = token.partition(":")
    if behaviour == "hang_token":
        await Event().wait()
    declined_because = DECLINED if behaviour == "fail_token" else None
    said = await to_thread(ledger.authorise, key, minor_units, currency, declined_because)
    if behaviour == "late_token":
        await sleep(_seconds(argument))
    if behaviour == "lost_token":
        raise ReplyLost
    return said


class TestProvider:
    """The provider kept in this process."""

    __test__ = False  # not one of pytest's

    def __init__(self, ledger: Ledger, handlers: Collection[str], provider_seconds: float) -> None:
        self._ledger, self._handlers, self._seconds = ledger, handlers, provider_seconds

    async def accepts(self, handler_id: str) -> bool:
        return handler_id in self._handlers

    async def authorise(
        self, attempt_id: AttemptId, amount: Money, instrument: Instrument
    ) -> Authorisation:
        told = (str(attempt_id), amount.minor_units, amount.currency, instrument.token)
        return await self._in_time(authorise(self._ledger, *told))

    async def look_up(self, attempt_id: AttemptId) -> Authorisation | None:
        return await self._in_time(to_thread(self._ledger.look_up, str(attempt_id)))

    async def void(self, attempt_id: AttemptId) -> Verdict:
        return await self._in_time(to_thread(self._ledger.void, str(attempt_id)))

    async def capture(self, attempt_id: AttemptId, key: str, amount: Money) -> Verdict:
        told = (str(attempt_id), key, amount.minor_units)
        return await self._in_time(to_thread(self._ledger.capture, *told))

    async def refund(self, attempt_id: AttemptId, key: str, amount: Money) -> Verdict:
        told = (str(attempt_id), key, amount.minor_units)
        return await self._in_time(to_thread(self._ledger.refund, *told))

    async def look_up_refund(self, attempt_id: AttemptId, key: str) -> Verdict | None:
        return await self._in_time(to_thread(self._ledger.look_up_refund, str(attempt_id), key))

    async def records(self, *, since: datetime | None, after: str | None, most: int) -> RecordPage:
        told = (str(earliest_uuid7(since)) if since else "", after or "", most)
        return await self._in_time(to_thread(self._ledger.records, *told))

    async def _in_time(self, said: Awaitable[Said]) -> Said:
        try:
            async with timeout(self._seconds):
                return await said
        except (TimeoutError, ReplyLost, Error):
            raise OutcomeUnknown("the payment provider did not answer") from None


def ledger_app(ledger: Ledger) -> Starlette:
    """The provider as others reach it: see `infrastructure.payments.http_provider`."""

    async def authorised(request: Request) -> Response:
        told = await request.json()
        names = ("minor_units", "currency", "token")
        try:
            async with timeout(MOST_SECONDS_LATE):
                said = await authorise(
                    ledger, request.path_params["key"], *(told[name] for name in names)
                )
        except (TimeoutError, ReplyLost):
            return BrokenResponse()
        return JSONResponse(asdict(said))

    async def found(request: Request) -> Response:
        said = await to_thread(ledger.look_up, request.path_params["key"])
        return JSONResponse(asdict(said)) if said else JSONResponse(None, status_code=404)

    async def voided(request: Request) -> Response:
        return JSONResponse(asdict(await to_thread(ledger.void, request.path_params["key"])))

    async def captured(request: Request) -> Response:
        return await moved(request, ledger.capture)

    async def refunded(request: Request) -> Response:
        return await moved(request, ledger.refund)

    async def found_refund(request: Request) -> Response:
        name = (request.path_params["key"], request.query_params.get("key", ""))
        said = await to_thread(ledger.look_up_refund, *name)
        return JSONResponse(asdict(said)) if said else JSONResponse(None, status_code=404)

    async def moved(request: Request, move: Callable[[str, str, int], Verdict]) -> Response:
        told = await request.json()
        name = (request.path_params["key"], told["key"], told["minor_units"])
        return JSONResponse(asdict(await to_thread(move, *name)))

    async def listed(_request: Request) -> Response:
        return JSONResponse([asdict(entry) for entry in await to_thread(ledger.entries)])

    async def recorded(request: Request) -> Response:
        told = request.query_params
        name = (told.get("since", ""), told.get("after", ""), min(int(told["most"]), MOST_RECORDS))
        page = await to_thread(ledger.records, *name)
        return Response(to_json(page), media_type="application/json")

    return Starlette(
        routes=[
            Route("/ledger", listed),
            Route("/records", recorded),
            Route("/authorisations/{key}", authorised, methods=["PUT"]),
            Route("/authorisations/{key}", found, methods=["GET"]),
            Route("/authorisations/{key}/void", voided, methods=["PUT"]),
            Route("/authorisations/{key}/captures", captured, methods=["POST"]),
            Route("/authorisations/{key}/refunds", refunded, methods=["POST"]),
            Route("/authorisations/{key}/refunds", found_refund, methods=["GET"]),
        ]
    )


class BrokenResponse(Response):
    """Promises more than it sends, so that the server breaks the connection."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        head = [(b"content-length", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": head})


def _seconds(text: str) -> float:
    try:
        return min(max(float(text), 0.0), MOST_SECONDS_LATE) if text else SECONDS_LATE
    except ValueError:
        return SECONDS_LATE


def main() -> None:
    parser = ArgumentParser(description="The test payment provider: no money moves.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", type=Path, required=True)
    chosen = parser.parse_args()
    ledger = Ledger(chosen.database)
    try:
        uvicorn.run(ledger_app(ledger), port=chosen.port, ws="none", timeout_graceful_shutdown=1)
    finally:
        ledger.close()


if __name__ == "__main__":
    main()
