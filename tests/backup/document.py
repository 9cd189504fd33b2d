"""The commands of docs/backup.md, given as whoever runs a server would give them."""

from collections.abc import Mapping
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT, Popen

from tests.documents.blocks import ROOT, Block, blocks
from tests.services.programs import serving_as

DOCUMENT = "docs/backup.md"
SECONDS_TO_RUN = 300


def section(title: str) -> list[Block]:
    """What is shown under a heading, one after the other."""
    lines = (ROOT / DOCUMENT).read_text("utf-8").splitlines()
    headings = [number for number, line in enumerate(lines, 1) if line.startswith("## ")]
    begins = next(number for number in headings if lines[number - 1] == f"## {title}")
    ends = next((number for number in headings if number > begins), len(lines))
    return [block for block in blocks(DOCUMENT) if begins < block.line < ends]


def commands(title: str) -> list[str]:
    return [block.text for block in section(title) if block.language == "sh"]


def configured(title: str, backups: Path) -> dict[str, str]:
    """The settings of a server that are shown there, with this folder."""
    (text,) = (block.text for block in section(title) if block.language == "ini")
    pairs = (line.partition(" = ") for line in text.splitlines())
    return {name: value.strip("'").replace("/backups", str(backups)) for name, _, value in pairs}


def give(command: str, owner: str, cwd: Path, env: Mapping[str, str]) -> None:
    """To its end, which must be a good one; as the user that the server runs as."""
    running = begin(command, owner, cwd, env)
    try:
        said, _ = running.communicate(timeout=SECONDS_TO_RUN)
    finally:
        running.kill()
    assert running.returncode == 0, f"{command}\n{said.decode()}"


def begin(command: str, owner: str, cwd: Path, env: Mapping[str, str]) -> Popen[bytes]:
    """What runs until it is ended, with all that it has started (its process group)."""
    who = serving_as(owner)
    return Popen(  # noqa: S603  # what the document says
        ["/bin/bash", "-e", "-o", "pipefail", "-c", command],
        user=who,
        group=who,
        extra_groups=[] if who else None,
        cwd=cwd,
        env=dict(env),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        start_new_session=True,
    )
