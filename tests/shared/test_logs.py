"""What the house says about itself: one line an event, with its trace and without secrets."""

import logging
from io import StringIO

import structlog

from infrastructure.shared.envelope import Envelope, carrying
from infrastructure.shared.logs import configure
from tests.logged import lines

TRACE = "0af7651916cd43dd8448eb211c80319c"


async def test_a_line_names_its_trace_and_who_asked(said: StringIO) -> None:
    envelope = Envelope.opened(actor="platform:7", traceparent=f"00-{TRACE}-b7ad6b7169203331-01")

    with carrying(envelope):
        structlog.get_logger("shop").info("sold", units=3)

    (line,) = lines(said)
    assert (line["event"], line["units"], line["level"]) == ("sold", 3, "info")
    assert (line["trace"], line["actor"]) == (TRACE, "platform:7")
    assert line["at"].endswith("Z")


def test_what_others_log_goes_the_same_way(said: StringIO) -> None:
    logging.getLogger("uvicorn.error").warning("port %d is taken", 80)
    logging.getLogger("uvicorn.error").info("started")

    (line,) = lines(said)
    assert (line["event"], line["logger"]) == ("port 80 is taken", "uvicorn.error")


def test_secrets_are_blacked_out_however_deep(said: StringIO) -> None:
    headers = {"X-API-Key": "hunter2", "Simulation-Secret": "hunter2", "x-seal": "hunter2"}
    instruments = [{"credential": {"token": "hunter2"}, "kind": "card"}]

    structlog.get_logger("shop").info(
        "asked", authorization="hunter2", headers=headers, instruments=instruments
    )

    assert "hunter2" not in said.getvalue()
    assert lines(said)[0]["instruments"][0]["kind"] == "card"


def test_a_traceback_shows_where_and_no_values(said: StringIO) -> None:
    def fail(token: str) -> None:
        raise ZeroDivisionError(len(token))

    try:
        fail("hunter2")
    except ZeroDivisionError:
        structlog.get_logger("shop").exception("broken")

    (line,) = lines(said)
    assert line["exception"][0]["exc_type"] == "ZeroDivisionError"
    assert line["exception"][0]["frames"][-1]["name"] == "fail"
    assert "hunter2" not in said.getvalue()


def test_in_development_it_is_for_people(said: StringIO) -> None:
    readable = StringIO()
    configure("development", readable)

    structlog.get_logger("shop").info("sold", units=3)

    assert "sold" in readable.getvalue()
    assert "units=3" in readable.getvalue()
    assert said.getvalue() == ""
