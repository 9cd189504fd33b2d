"""Every command in the documents does what they say: it is given here, as a reader would give it."""

import re
from pathlib import Path

import pytest

from tests.documents.blocks import (
    OTHERS,
    ROOT,
    TERMINAL,
    Command,
    blocks,
    documents,
    terminal_blocks,
)
from tests.documents.reader import reading

GIVEN_TO_SERVERS = "tests/backup gives them to servers of its own"
NOT_GIVEN = {
    ("README.md", ".venv/bin/freestone migrate"): "NAME, URL and FOLDER are the reader's own",
    (
        "docs/adding-a-context.md",
        ".venv/bin/freestone new",
    ): "tests/scaffold does, and checks it all",
    ("docs/bench.md", "make bench"): "takes minutes; tests/bench runs a short form",
    ("docs/engines.md", "make services"): "tests/services does, and ends them",
    (
        "docs/engines.md",
        "FREESTONE_WORKERS=",
    ): "tests/faults does, on servers: SQLite has one worker",
    ("docs/payments-stripe.md", ".venv/bin/freestone payments"): "asks Stripe; tests/payments does",
    ("docs/adding-a-context.md", "make run"): "served in tests/scaffold",
    ("docs/adding-a-context.md", "KEY="): "what was written brings tests that ask for these routes",
    ("docs/backup.md", "pg_basebackup"): GIVEN_TO_SERVERS,
    ("docs/backup.md", 'cp -a "$BACKUPS'): GIVEN_TO_SERVERS,
    ("docs/backup.md", "until [ "): GIVEN_TO_SERVERS,
    ("docs/backup.md", 'mkdir -p "$BACKUPS'): GIVEN_TO_SERVERS,
    ("docs/backup.md", "FIRST="): GIVEN_TO_SERVERS,
    ("docs/backup.md", "mariadb < "): GIVEN_TO_SERVERS,
}
"""Blocks that are not given here, by how they begin, and why."""


def given(document: str) -> list[Command]:
    return [
        command
        for block in terminal_blocks(document)
        if not any(
            document == where and block.text.startswith(begins) for where, begins in NOT_GIVEN
        )
        for command in block.commands
    ]


@pytest.mark.parametrize("document", [name for name in documents() if given(name)])
def test_commands_do_what_the_document_says(document: str, tmp_path: Path) -> None:
    with reading(tmp_path / "freestone") as reader:
        for command in given(document):
            reader.give(command)


def test_what_is_not_given_is_there_and_has_a_reason() -> None:
    """In documents that show commands at all."""
    gone = [
        (where, begins)
        for where, begins in NOT_GIVEN
        if (shown := terminal_blocks(where))
        and not any(block.text.startswith(begins) for block in shown)
    ]

    assert gone == []
    assert all(NOT_GIVEN.values())


@pytest.mark.parametrize("document", documents())
def test_no_command_hides_in_a_fence_of_another_kind(document: str) -> None:
    languages = {(block.line, block.language) for block in blocks(document)}

    assert [one for one in languages if one[1] not in (*TERMINAL, *OTHERS)] == []


def test_targets_that_are_named_are_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        (document, target)
        for document in documents()
        for target in re.findall(r"`make ([a-z]+)", (ROOT / document).read_text())
    }

    assert [one for one in named if one[1] not in targets] == []
