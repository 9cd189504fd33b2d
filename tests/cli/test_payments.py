"""Our books held against the provider's, from a terminal."""

import json

import pytest

from tests.cli.conftest import Run
from tests.processes import Process


@pytest.mark.thorough
def test_the_books_agree_however_long_ago_they_began(run: Run, shop: Process) -> None:
    command = ("payments", "reconcile", "--since", "1960-01-01")
    assert run("order", "--url", shop.url, **shop.settings).returncode == 0

    told = run(*command, "--json", **shop.settings)
    shown = run(*command, **shop.settings)

    assert (told.returncode, shown.returncode) == (0, 0), told.stderr
    assert json.loads(told.stdout)["differences"] == []
    assert json.loads(told.stdout)["is_whole"]
    assert "the books agree" in shown.stdout
