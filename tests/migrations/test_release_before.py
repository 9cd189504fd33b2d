"""The release before works on while tables grow, and its programs start again, until it is gone."""

import json
from io import BytesIO
from pathlib import Path
from subprocess import run
from tarfile import open as open_tar

import pytest

from infrastructure.shared.migrations.tables import migrate
from tests.conftest import a_shop
from tests.left_out import leave_out
from tests.migrations.kept import Kept
from tests.processes import ROOT, Process, freestone, freestone_in

EXPANDED_BY = "migrations/catalog/0005_search.py"


def git(*command: str) -> bytes:
    done = run(["git", *command], cwd=ROOT, capture_output=True, check=False)  # noqa: S603, S607
    return done.stdout if done.returncode == 0 else b""


@pytest.fixture(scope="session")
def release_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The house as it was before tables were expanded."""
    added = git("log", "--diff-filter=A", "--format=%H", "--", EXPANDED_BY).decode().split()
    archive = git("archive", f"{added[-1]}^") if added else b""
    if not archive:
        leave_out("the history of the repository", "git fetch --unshallow")
    root = tmp_path_factory.mktemp("before")
    with open_tar(fileobj=BytesIO(archive)) as packed:
        packed.extractall(root, filter="data")
    return root


@pytest.mark.thorough
async def test_the_release_before_takes_orders_on_the_new_schema(
    release_before: Path, database_url: str, tmp_path: Path
) -> None:
    settings = a_shop(tmp_path, database_url=database_url, interop=True)
    freestone_in(release_before, "migrate", **settings)
    freestone_in(release_before, "import", "demo/flower_shop", **settings)
    before = Process(settings, tmp_path / "log", root=release_before)
    before.start()
    try:
        freestone("order", "--url", before.url)
        expanded = await migrate(Kept(database_url))
        freestone("order", "--url", before.url)
        again = freestone_in(release_before, "migrate", **settings)
    finally:
        before.kill()

    contracted = await migrate(Kept(database_url), contract=True)

    told = freestone("orders", "list", "--country", "US", "--json", **settings)
    assert len(json.loads(told)) == 2
    assert again == "all tables are up to date\n"
    waited = [(step.context, step.revision) for step in expanded.waiting]
    assert waited == [(step.context, step.revision) for step in contracted.taken]
    assert waited == [("catalog", "0008")]
