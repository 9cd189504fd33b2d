import os
from asyncio import to_thread
from pathlib import Path
from typing import BinaryIO

from domain.shared.post import Letter, NotSent
from infrastructure.shared.mail.letters import as_message

WRITTEN_ANEW = os.O_CREAT | os.O_WRONLY | os.O_TRUNC
ITS_OWNERS_FOLDER, ITS_OWNERS = 0o700, 0o600
"""Letters have tickets in them: they are for the eyes of whoever runs this process."""


class FilePost:
    """Puts letters in a folder, a file each (`.eml`), named so that the newest comes last."""

    is_open = True

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder, self._sender = folder, sender

    async def send(self, letter: Letter) -> None:
        await to_thread(self._put, letter)

    def _put(self, letter: Letter) -> None:
        try:
            written = as_message(letter, self._sender).as_bytes()
        except ValueError as unfit:
            raise NotSent("no mail goes to that address", is_about_it=True) from unfit
        file = self._folder / f"{letter.name}.eml"
        begun = file.with_suffix(".part")
        try:
            with self._opened(begun) as to:
                to.write(written)
            begun.replace(file)
        except OSError as failure:
            raise NotSent(f"{self._folder}: {failure.strerror}") from failure

    def _opened(self, file: Path) -> BinaryIO:
        """The folder is made where it is not there: that is asked of the first letter alone."""
        try:
            return open(os.open(file, WRITTEN_ANEW, ITS_OWNERS), "wb")
        except FileNotFoundError:
            self._folder.mkdir(mode=ITS_OWNERS_FOLDER, parents=True, exist_ok=True)
            return open(os.open(file, WRITTEN_ANEW, ITS_OWNERS), "wb")
