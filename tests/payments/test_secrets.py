"""What a buyer pays with is nobody's to keep."""

import logging
from pathlib import Path
from uuid import uuid4

import pytest

from domain.shared.model import OutcomeUnknown
from tests.payments.builders import Desk, an_instrument, to_authorise


def test_an_instrument_does_not_show_its_token() -> None:
    message = to_authorise(token="tok_hush")

    assert "tok_hush" not in repr(message)
    assert "tok_hush" not in str(message.instrument)


async def test_a_token_is_in_no_file_and_no_log(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = uuid4().hex
    await desk.service().authorise(to_authorise(token=secret))
    for behaviour in ("lost_token", "hang_token"):
        with pytest.raises(OutcomeUnknown) as unheard:
            await desk.service().authorise(to_authorise(token=f"{behaviour}:{secret}"))
        assert secret not in repr(unheard.value)

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"shop.db", "provider.db"}
    for path in files:
        assert secret.encode() not in path.read_bytes()
    assert secret not in caplog.text
    assert secret not in repr(an_instrument(secret))
