from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Protocol

import pytest

from tests.conftest import a_shop
from tests.forking.client import PROGRAM
from tests.forking.client import ran as forked
from tests.processes import Process, environment, freestone, running

Ran = CompletedProcess[str]


class Run(Protocol):
    def __call__(self, *command: str, said: object = "", **settings: object) -> Ran: ...


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """The demo shop, served to strangers."""
    folder = tmp_path_factory.mktemp("shop")
    settings = a_shop(folder, interop=True)
    freestone("migrate", **settings)
    freestone("import", "demo/flower_shop", **settings)
    with running(folder / "log", **settings) as process:
        yield process


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Ran]:
    """Run a command of the program in an empty folder."""

    def ran(*command: str, said: object = "", **settings: object) -> Ran:
        settings = {"environment": "development", **settings}
        return forked(PROGRAM, *command, env=environment(**settings), cwd=tmp_path, said=str(said))

    return ran
