"""How a contract is kept near or far, with no difference that a caller could notice."""

from asyncio import create_task, timeout_at
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from functools import cache, partial
from inspect import getmembers, isclass
from sys import modules
from types import SimpleNamespace
from typing import Any, TypeVar, cast, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json
from structlog import get_logger

from domain.shared.model import Conflict, OutcomeUnknown, Refusal, TryAgainLater
from infrastructure.shared.database.collisions import again
from infrastructure.shared.database.engines import require_no_transaction
from infrastructure.shared.database.statements import issue_as
from infrastructure.shared.envelope import Envelope, current

Contract = TypeVar("Contract")
Ask = Callable[[str, object, Envelope], Awaitable[Any]]
Send = Callable[[str, bytes, Envelope], Awaitable[tuple[int, bytes]]]
"""Carry the name, message and envelope of a call to the far end; bring back a status and a reply."""

log = get_logger(__name__)
adapter: Callable[[type], TypeAdapter[Any]] = cache(TypeAdapter)  # dear to build


@dataclass(frozen=True)
class Call:
    message: TypeAdapter[Any]
    reply: TypeAdapter[Any]


@cache
def calls(contract: type) -> dict[str, Call]:
    """Read a contract's calls from its annotations; whatever cannot travel fails here."""
    found = {}
    for name, function in vars(contract).items():
        if callable(function) and not name.startswith("_"):
            hints = get_type_hints(function)
            reply = hints.pop("return")
            (message,) = hints.values()
            found[name] = Call(adapter(message), adapter(reply))
    return found


@cache
def refusals(contract: type) -> dict[str, type[Refusal]]:
    words = getmembers(modules[contract.__module__], isclass)
    own = [(name, word) for name, word in words if word.__module__ == contract.__module__]
    return {name: word for name, word in own if issubclass(word, Refusal)}


def near(contract: type[Contract], kept: Contract) -> Contract:
    """A contract kept in this process, called as if it were far away."""
    return _stand_in(contract, partial(perform, contract, kept))


def wire(contract: type[Contract], kept: Contract) -> Contract:
    """A contract kept in this process, called through the serialiser, as it would be over a line."""
    return far(contract, partial(answer, contract, kept))


def far(contract: type[Contract], send: Send) -> Contract:
    """A contract kept in another process: every call is sent there."""
    return _stand_in(contract, partial(_ask, contract, send))


def _stand_in(contract: type[Contract], ask: Ask) -> Contract:
    def call(name: str) -> Callable[[object], Awaitable[Any]]:
        async def made(message: object, /) -> Any:
            require_no_transaction(f"{contract.__name__}.{name}")
            return await ask(name, message, current())

        return made

    return cast(
        Contract, SimpleNamespace(**{name: call(name) for name in calls(cast(type, contract))})
    )


async def perform(
    contract: type, kept: object, name: str, message: object, envelope: Envelope
) -> Any:
    """Make a call on what is kept here: in a clean context, in time, or not at all.

    A `Conflict` is tried again, three times. Whatever else is not an answer in the contract's own
    words is an `OutcomeUnknown`, a neighbour's `TryAgainLater` too: it speaks of that call alone.
    """

    async def made() -> Any:
        alone = envelope.alone()
        alone.run(issue_as, f"{contract.__module__.rpartition('.')[2]}.{name}")
        return await create_task(getattr(kept, name)(message), context=alone)

    try:
        async with timeout_at(envelope.deadline):
            return await again(made)
    except Conflict as still:
        why = repr(still.__cause__ or still)
        log.warning("call gave up", call=f"{contract.__name__}.{name}", why=why)
        raise TryAgainLater(f"{contract.__name__}.{name}") from still
    except Exception as failure:
        if isinstance(failure, (OutcomeUnknown, *refusals(contract).values())):
            raise
        log.exception("call failed", call=f"{contract.__name__}.{name}")
        raise OutcomeUnknown(f"{contract.__name__}.{name} failed") from failure


async def answer(
    contract: type, kept: object, name: str, body: bytes, envelope: Envelope
) -> tuple[int, bytes]:
    """The far end: make one call and put its outcome on the wire."""
    if not (call := calls(contract).get(name)):
        return 404, b""
    try:
        message = call.message.validate_json(body)
    except ValidationError:
        return 422, b""
    try:
        reply = await perform(contract, kept, name, message, envelope)
    except Refusal as no:
        return 409, to_json({"refusal": type(no).__name__, "because": asdict(cast(Any, no))})
    except TryAgainLater:
        return 429, b""
    except OutcomeUnknown:
        return 503, b""
    return 200, call.reply.dump_json(reply)


async def _ask(contract: type, send: Send, name: str, message: object, envelope: Envelope) -> Any:
    """The near end: send one call and take its outcome off the wire."""
    call = calls(contract)[name]
    status, reply = await send(name, call.message.dump_json(message), envelope)
    try:
        if status == 200:
            return call.reply.validate_json(reply)
        no = _refusal(contract, **from_json(reply)) if status == 409 else None
    except (TypeError, ValueError) as garbled:
        raise OutcomeUnknown(f"{contract.__name__}.{name} gave a garbled answer") from garbled
    if no:
        raise no
    if status == 429:
        raise TryAgainLater(f"{contract.__name__}.{name}")
    raise OutcomeUnknown(f"{contract.__name__}.{name} answered {status}")


def _refusal(contract: type, refusal: str, because: dict[str, Any]) -> Refusal:
    """Say "no" in the contract's own words; a word this side has not learnt yet stays a `Refusal`."""
    if not (kind := refusals(contract).get(refusal)):
        return Refusal(refusal)
    no: Refusal = adapter(kind).validate_python(because)
    return no
