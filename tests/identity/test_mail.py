from datetime import timedelta
from uuid import uuid4

import pytest

from domain.identity.mail import (
    CONFIRM,
    INVITE,
    KNOWN,
    MOST_ATTEMPTS,
    RESET,
    Waiting,
    written,
)
from tests.identity.account_builders import NOON, an_account_id


@pytest.mark.parametrize(
    ("purpose", "link"),
    [
        (CONFIRM, "https://shop.example/confirm?ticket=fst_x\n"),
        (RESET, "https://shop.example/reset?ticket=fst_x\n"),
        (INVITE, "https://shop.example/reset?ticket=fst_x\n"),
        (KNOWN, "https://shop.example/forgot\n"),
    ],
)
def test_a_letter_says_what_to_do_and_where(purpose: str, link: str) -> None:
    letter = written(
        "a",
        purpose,
        "jane@x.example",
        shop="Tulips",
        base_url="https://shop.example",
        ticket="fst_x",
    )

    assert link in letter.text
    assert "Tulips" in letter.subject
    assert letter.to == "jane@x.example"


def test_it_is_tried_for_a_day() -> None:
    now = NOON
    for attempts in range(MOST_ATTEMPTS):
        waiting = Waiting(uuid4(), RESET, an_account_id(), attempts)
        assert waiting.is_last_attempt == (attempts == MOST_ATTEMPTS - 1)
        now = waiting.next_try(now)

    assert timedelta(hours=23) < now - NOON < timedelta(hours=26)
