"""Mail servers that take letters, or do not."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from tests.processes import a_free_port


@dataclass
class MailServer:
    """A real one; `answers` are what it says to a command instead of yes."""

    answers: dict[str, str] = field(default_factory=dict)
    taken: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)
    is_sealed: bool = False
    """Whether the last one came through TLS."""

    async def handle_RCPT(  # noqa: N802  # aiosmtpd looks for it by this name
        self, server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        self.is_sealed = server.transport.get_extra_info("ssl_object") is not None
        if "RCPT" not in self.answers:
            envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 yes")

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if "DATA" not in self.answers:
            read = message_from_bytes(envelope.content, policy=default)
            self.taken.append((envelope.mail_from, envelope.rcpt_tos, read))
        return self.answers.get("DATA", "250 taken")


@contextmanager
def serving(server: MailServer, **more: Any) -> Iterator[str]:
    controller = Controller(server, hostname="127.0.0.1", port=a_free_port(), **more)
    controller.start()
    try:
        yield f"127.0.0.1:{controller.port}"
    finally:
        controller.stop()
