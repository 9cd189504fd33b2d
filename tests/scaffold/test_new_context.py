"""Contexts are written into a copy of this checkout, and the copy passes what a change must pass.

Several into one copy: they stand beside each other. Their names are as short and as long as names
can be, and such as nobody would choose.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest

from tests.processes import ROOT
from tests.scaffold.checkouts import a_checkout, ran, succeeded

NEW = ("app.cli", "new", "context")
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
TYPES_KNOWN = ".mypy_cache"
DOCUMENT = (ROOT / "docs" / "adding-a-context.md").read_text()
SHOWN, PLAIN = "loyalty", "zz_as_documented"
"""What the document adds, and what is added here instead: whoever reads it may have the first."""
CONTEXTS = {
    "q": (),
    "made_by_a_test_of_a_name": (
        "--aggregate",
        "AsLongAsANameCanBe",
        "--listens",
        "ordering.order_placed.v1",
    ),
}
OF_THE_WHOLE_HOUSE = ("architecture", "documents/test_pages.py", "edge", "map")


def shown(word: str) -> str:
    """The block of commands in the document that has this word, about a context of our own."""
    (block,) = [block for block in DOCUMENT.split("```sh\n")[1:] if word in block.split("```")[0]]
    return block.split("```")[0].replace(SHOWN, PLAIN)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout into which all these contexts were written."""
    checkout = a_checkout(tmp_path_factory.mktemp("new"))
    if (ROOT / TYPES_KNOWN).exists():
        copytree(ROOT / TYPES_KNOWN, checkout / TYPES_KNOWN)
    for name, options in CONTEXTS.items():
        told = json.loads(succeeded(checkout, *NEW, name, *options, "--json"))
        assert all((checkout / path).is_file() for path in (*told["new"], *told["changed"]))
    command = shown("new context").splitlines()[0].split()
    assert command.pop(0) == ".venv/bin/freestone"
    succeeded(checkout, "app.cli", *command)
    return checkout


@pytest.mark.thorough
def test_they_are_in_the_style_of_the_house(checkout: Path) -> None:
    succeeded(checkout, "ruff", "format", "--no-cache", "--check", ".")
    succeeded(checkout, "ruff", "check", "--no-cache", ".")


@pytest.mark.thorough
def test_their_types_are_right(checkout: Path) -> None:
    succeeded(checkout, "mypy")


def test_they_keep_the_boundaries(checkout: Path) -> None:
    boundaries = subprocess.run(  # noqa: S603  # our own tool
        [sys.executable, "-c", LINT_IMPORTS, "--no-cache"],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout / "src")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert boundaries.returncode == 0, boundaries.stdout


@pytest.mark.thorough
def test_their_tests_pass_near_wired_and_far_and_so_do_those_of_the_whole_house(
    checkout: Path,
) -> None:
    whole = ["tests/architecture", "tests/documents/test_pages.py"]
    tests = [f"tests/{name}" for name in (*CONTEXTS, PLAIN)]

    told = succeeded(checkout, "pytest", "-v", "-p", "no:cacheprovider", *tests, *whole)

    places = ("near-sqlite", "wire-sqlite", "far-sqlite")
    assert all(f"test_what_was_added_is_found[{kept}]" in told for kept in places)


@pytest.mark.thorough
def test_a_server_answers_as_the_document_says(checkout: Path) -> None:
    commands = shown("curl").replace(f"/v1/{PLAIN}", f"/v1/{PLAIN.replace('_', '-')}")
    lists = [f'curl -sf localhost:8000/v1/{name.replace("_", "-")} -H "$KEY"' for name in CONTEXTS]

    told = succeeded(checkout, "tests.scaffold.answering", said="\n".join([commands, *lists, ""]))

    assert (told.count("HTTP/1.1 201 Created"), told.count("HTTP/1.1 200 OK")) == (1, 3)
    assert 'etag: "2"' in told
    assert told.count('{"items":[],"next":null}') == len(CONTEXTS)


def test_one_that_is_there_is_not_written_again(checkout: Path) -> None:
    told = ran(checkout, *NEW, "q")

    assert (told.returncode, told.stderr) == (2, "NAME: there is a context q already\n")


@pytest.mark.thorough
def test_a_checkout_with_a_new_context_passes_make_check(tmp_path: Path) -> None:
    """But for the tests of other contexts, which know of no new one."""
    checkout = a_checkout(tmp_path)
    event = "ordering.order_placed.v1"
    succeeded(checkout, *NEW, "thorough_test", "--aggregate", "Umbrella", "--listens", event)

    if (known := ROOT / ".mypy_cache").exists():
        copytree(known, checkout / known.name)  # of what is as it was, types are known
    installed = ["-o", f"{sys.prefix}/.installed", f"VENV={sys.prefix}"]
    tests = " ".join(f"tests/{name}" for name in (*OF_THE_WHOLE_HOUSE, "thorough_test"))
    at_once = "-n 2 --dist loadfile"
    done = subprocess.run(  # noqa: S603  # what a change must pass
        ["make", *installed, "check", f"T={at_once} {tests}"],  # noqa: S607
        cwd=checkout,
        env={k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")},
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )

    assert done.returncode == 0, (done.stdout + done.stderr)[-8000:]
