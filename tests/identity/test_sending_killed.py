"""A server that is killed while it sends a letter: sent twice at the worst, and never lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from re import search
from typing import Any

import pytest
from aiohttp import ClientSession
from sqlalchemy import func, select, update

from app.settings import Settings
from domain.contracts.identity import ConfirmEmail, Identity, NoSuchTicket, digest
from domain.shared.model import OutcomeUnknown
from infrastructure.identity.tables import mail
from infrastructure.shared.calls.http_line import over_http
from infrastructure.shared.calls.wire import far
from infrastructure.shared.migrations.tables import migrate
from tests.conftest import SEAL, a_shop
from tests.engines import asked
from tests.identity.account_builders import NOON, PASSWORD, a_sign_up
from tests.identity.linked import say
from tests.identity.mail_servers import MailServer, serving
from tests.journeys.waiting import wait_for
from tests.processes import Process, running


@dataclass
class Murderous(MailServer):
    """It kills whoever sends, once, when this has been said, and before it answers."""

    when: str = "DATA"
    victims: list[Process] = field(default_factory=list)

    async def handle_RCPT(self, *said: Any) -> str:  # noqa: N802
        answer = await super().handle_RCPT(*said)
        self._strike("RCPT")
        return answer

    async def handle_DATA(self, *said: Any) -> str:  # noqa: N802
        answer = await super().handle_DATA(*said)
        self._strike("DATA")
        return answer

    def _strike(self, said: str) -> None:
        if self.victims and self.when == said:
            self.victims[0].kill()
            self.victims.clear()


@asynccontextmanager
async def identity_at(process: Process) -> AsyncIterator[Identity]:
    async with ClientSession(process.internal_url) as client:
        yield far(Identity, partial(over_http, client, SEAL, Identity))


def a_confirmation(ticket: str) -> ConfirmEmail:
    return ConfirmEmail(ticket_digest=digest(ticket), password=PASSWORD)


def ticket_in(letter: EmailMessage) -> str:
    found = search(r"ticket=(\S+)", letter.get_content())
    assert found
    return found[1]


def waiting(database: str) -> int:
    with asked(database).connect() as line:
        return line.execute(select(func.count()).select_from(mail)).scalar_one()


@pytest.mark.thorough
@pytest.mark.parametrize(("when", "times"), [("DATA", 2), ("RCPT", 1)])
async def test_it_is_sent_again_and_the_later_one_is_good(
    when: str, times: int, tmp_path: Path
) -> None:
    with serving(server := Murderous(when=when)) as place:
        settings = a_shop(
            tmp_path, mail_url=f"smtp://{place}", lease_seconds=2.0, attempt_seconds=1.5
        )
        await migrate(Settings(**settings))
        with running(tmp_path / "log", **settings) as process:
            server.victims = [process]
            async with identity_at(process) as identity:
                with suppress(OutcomeUnknown):  # it may be killed before it has answered
                    await identity.sign_up(a_sign_up())
            await wait_for("the end", lambda: not server.victims)
        assert waiting(process.database) == 1
        await say(process.database, update(mail).values(next_try_at=NOON))  # half a minute is over

        with running(tmp_path / "log", **settings) as process:
            await wait_for("a letter", lambda: len(server.taken) == times)
            await wait_for("nothing more", lambda: waiting(process.database) == 0)

            *others, last = [ticket_in(letter) for _, _, letter in server.taken]
            async with identity_at(process) as identity:
                for one in others:
                    with pytest.raises(NoSuchTicket):
                        await identity.confirm_email(a_confirmation(one))
                jane = await identity.confirm_email(a_confirmation(last))

    assert jane.is_confirmed
    assert len(server.taken) == times
