"""Letters on their way: to a folder, and to mail servers that are well and unwell."""

import stat
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from socket import create_server
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from domain.shared.post import Letter, NotSent
from infrastructure.shared.mail.file_post import FilePost
from infrastructure.shared.mail.no_post import NoPost
from infrastructure.shared.mail.smtp_post import SmtpPost
from tests.identity.mail_servers import MailServer, serving
from tests.processes import a_free_port
from tests.servers import silent

LETTER = Letter("0001-0", "Jane@example.com", "Grüße aus dem Laden", "Ein Link:\n\nhttps://x/\n")
SENDER = "Tulips & Co. <no-reply@shop.example>"


def said(read: EmailMessage) -> str:
    """Its text, with lines as ours end."""
    return str(read.get_content()).replace("\r\n", "\n")


async def why_not(post: SmtpPost | FilePost, letter: Letter = LETTER) -> NotSent:
    with pytest.raises(NotSent) as failure:
        await post.send(letter)
    assert "jane" not in str(failure.value).lower()
    return failure.value


async def test_a_letter_is_put_in_a_folder_that_is_its_owners(tmp_path: Path) -> None:
    folder = tmp_path / "of" / "mail"

    await FilePost(folder, SENDER).send(LETTER)

    (file,) = folder.iterdir()
    read = message_from_bytes(file.read_bytes(), policy=default)
    assert file.name == "0001-0.eml"
    assert (read["To"], read["From"]) == (LETTER.to, '"Tulips & Co." <no-reply@shop.example>')
    assert (read["Subject"], said(read)) == (LETTER.subject, LETTER.text)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "letter",
    [
        Letter("1", "jane@example.com", "Your order 17", "Thank you.\n\nFrom us\n.\n"),
        Letter("2", "jane@example.com", "Long words " * 20 + "end", "a" * 2000 + "\nb\n"),
        Letter("3", "jane@example.com", "Tab", "a\tb\n"),
        Letter("4", "a.name.that.is@" + "very-long." * 12 + "example.com", "=?x?=", "=3D\n"),
        LETTER,
    ],
    ids=lambda letter: letter.name,
)
async def test_whatever_a_letter_says_is_read_as_it_was_written(
    letter: Letter, tmp_path: Path
) -> None:
    folder = tmp_path / "mail"

    await FilePost(folder, SENDER).send(letter)
    with serving(server := MailServer()) as place:
        await SmtpPost(f"smtp://{place}", SENDER).send(letter)

    (file,) = folder.iterdir()
    filed = message_from_bytes(written := file.read_bytes(), policy=default)
    for read in (filed, server.taken[0][2]):
        assert (read["To"], read["Subject"]) == (letter.to, letter.subject)
        assert said(read) == letter.text
    assert max(map(len, written.split(b"\r\n"))) <= 998
    assert written.replace(b"\r\n", b"").isascii()
    assert not {*b"\r\n"} & {*written.replace(b"\r\n", b"")}


async def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert not (await why_not(FilePost(tmp_path / "file", SENDER))).is_about_it


async def test_nobody_carries_letters_until_that_is_said() -> None:
    assert not NoPost().is_open
    with pytest.raises(NotSent):
        await NoPost().send(LETTER)


async def test_a_mail_server_takes_a_letter() -> None:
    with serving(server := MailServer()) as place:
        await SmtpPost(f"smtp://{place}", SENDER).send(LETTER)

    ((sender, to, read),) = server.taken
    assert (sender, to) == ("no-reply@shop.example", [LETTER.to])
    assert (read["Subject"], said(read)) == (LETTER.subject, LETTER.text)
    assert read["Message-ID"]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_it_is_told_who_we_are() -> None:
    def check(
        _server: Any, _session: Any, _envelope: Any, _mechanism: str, told: Any
    ) -> AuthResult:
        return AuthResult(success=(told.login, told.password) == (b"shop@x", b"se:cret"))

    with serving(
        server := MailServer(),
        authenticator=check,
        auth_required=True,
        auth_require_tls=False,
    ) as place:
        await SmtpPost(f"smtp://shop%40x:se%3Acret@{place}", SENDER).send(LETTER)
        wrong = await why_not(SmtpPost(f"smtp://shop%40x:guess@{place}", SENDER))

    assert len(server.taken) == 1
    assert not wrong.is_about_it
    assert "guess" not in str(wrong)


@pytest.mark.parametrize("answer", ["550 no such Jane@example.com", "450 not now, Jane"])
async def test_an_address_that_is_refused_is_about_that_letter(answer: str) -> None:
    with serving(MailServer({"RCPT": answer})) as place:
        assert (await why_not(SmtpPost(f"smtp://{place}", SENDER))).is_about_it


async def test_a_server_that_refuses_what_was_said_has_not_taken_it() -> None:
    with serving(MailServer({"DATA": "451 full"})) as place:
        await why_not(SmtpPost(f"smtp://{place}", SENDER))


async def test_a_server_that_is_silent_is_not_waited_for() -> None:
    with silent() as place:
        await why_not(SmtpPost(f"smtp://{place.removeprefix('http://')}", SENDER, seconds=0.3))


async def test_a_server_that_is_away_is_told() -> None:
    await why_not(SmtpPost(f"smtp://127.0.0.1:{a_free_port()}", SENDER))


async def test_a_line_that_is_dropped_has_carried_nothing() -> None:
    with create_server(("127.0.0.1", 0)) as listening:

        def drop() -> None:
            line, _ = listening.accept()
            with line:
                line.sendall(b"220 hello\r\n")
                line.recv(100)

        dropping = Thread(target=drop)
        dropping.start()
        await why_not(SmtpPost(f"smtp://127.0.0.1:{listening.getsockname()[1]}", SENDER))
        dropping.join()


async def test_without_tls_nothing_is_said_to_another_host() -> None:
    """`is_this_host` is what decides; here the server, which has no TLS, is asked for it."""
    with serving(server := MailServer()) as place:
        post = SmtpPost(f"smtps://{place}", SENDER, seconds=2)
        await why_not(post)
        strict = SmtpPost(f"smtp://{place.replace('127.0.0.1', 'localhost.localdomain')}", SENDER)
        assert strict._starts_tls() is True

    assert server.taken == []


async def test_an_address_that_no_mail_goes_to_is_about_that_letter(tmp_path: Path) -> None:
    odd = Letter("1", "jane\r\nBcc: john@example.com", "a", "b")

    assert (await why_not(FilePost(tmp_path, SENDER), odd)).is_about_it
