"""The books of a shop held against one another, from a terminal."""

import json

from tests.cli.conftest import Run
from tests.processes import Process


def test_the_books_of_a_shop_that_is_open_agree(run: Run, shop: Process) -> None:
    assert run("order", "--url", shop.url, **shop.settings).returncode == 0

    shown = run("check", **shop.settings)
    told = run("check", "--json", **shop.settings)

    assert (shown.returncode, told.returncode) == (0, 0), shown.stderr
    assert "the books agree" in shown.stdout
    said = json.loads(told.stdout)
    assert said["compared"] >= 1
    assert (said["is_whole"], said["mistakes"], said["untold"]) == (True, [], 0)
