"""What a buyer pays with is nobody's to keep."""

import logging
from pathlib import Path
from uuid import uuid4

import pytest

from domain.shared.model import OutcomeUnknown
from tests.engines import only
from tests.payments.builders import Desk, an_instrument, to_authorise


def test_an_instrument_does_not_show_its_token() -> None:
    message = to_authorise(token="tok_hush")

    assert "tok_hush" not in repr(message)
    assert "tok_hush" not in str(message.instrument)


@only("sqlite")
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

    written = files_in(tmp_path)
    assert written.keys() >= {"shop.db", "provider.db"}
    assert not [name for name, content in written.items() if secret.encode() in content]
    assert secret not in caplog.text
    assert secret not in repr(an_instrument(secret))


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
