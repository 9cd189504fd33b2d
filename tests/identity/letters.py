"""The letters that a shop under test has sent."""

from asyncio import sleep, timeout
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from re import search


def letters_to(mail: Path, email: str) -> list[EmailMessage]:
    """All of them, the newest last."""
    found = [
        message_from_bytes(file.read_bytes(), policy=default) for file in sorted(mail.glob("*.eml"))
    ]
    return [letter for letter in found if letter["To"] == email]


async def letter_to(mail: Path, email: str, about: str) -> EmailMessage:
    """The newest whose subject says this, once there is one."""
    async with timeout(60):
        while True:
            of_it = [one for one in letters_to(mail, email) if about in one["Subject"]]
            if of_it:
                return of_it[-1]
            await sleep(0.02)


async def ticket_to(mail: Path, email: str, about: str) -> str:
    """The ticket of the newest letter."""
    letter = await letter_to(mail, email, about)
    found = search(r"ticket=(\S+)", letter.get_content())
    assert found
    return found[1]
