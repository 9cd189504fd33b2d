"""Letters on their way to mail servers that speak TLS: to the right one, or not at all."""

from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from infrastructure.shared.mail.smtp_post import SmtpPost
from tests.identity.certificates import a_certificate, showing
from tests.identity.mail_servers import MailServer, serving
from tests.identity.test_post import LETTER, SENDER, why_not

HERE, ELSEWHERE = "127.0.0.1", "192.0.2.1"
SCHEMES = pytest.mark.parametrize("scheme", ["smtp", "smtps"])


def sealed(server: MailServer, scheme: str, certificate: Path) -> AbstractContextManager[str]:
    """TLS from the first byte, or once it is asked for: before that, nothing is taken."""
    if scheme == "smtps":
        return serving(server, ssl_context=showing(certificate))
    return serving(server, tls_context=showing(certificate), require_starttls=True)


@SCHEMES
async def test_a_server_that_shows_who_it_is_takes_a_letter(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = a_certificate(tmp_path, HERE)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    with sealed(server := MailServer(), scheme, certificate) as place:
        await SmtpPost(f"{scheme}://{place}", SENDER).send(LETTER)

    assert len(server.taken) == 1
    assert server.is_sealed


@SCHEMES
async def test_a_server_that_nobody_vouches_for_gets_nothing(scheme: str, tmp_path: Path) -> None:
    with sealed(server := MailServer(), scheme, a_certificate(tmp_path, HERE)) as place:
        refused = await why_not(SmtpPost(f"{scheme}://{place}", SENDER))

    assert server.taken == []
    assert not refused.is_about_it


@SCHEMES
async def test_a_server_that_shows_another_name_gets_nothing(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = a_certificate(tmp_path, ELSEWHERE)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    with sealed(server := MailServer(), scheme, certificate) as place:
        await why_not(SmtpPost(f"{scheme}://{place}", SENDER))

    assert server.taken == []
