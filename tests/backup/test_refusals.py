"""What is not backed up, and what is not put back: nothing is touched then."""

import json
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from shutil import copytree
from sqlite3 import connect
from typing import Any

import pytest

from infrastructure.shared.database.sqlite_lock import only_server_of
from tests.cli.conftest import Run, run
from tests.conftest import a_shop
from tests.processes import freestone

__all__ = ["run"]


@pytest.fixture(scope="module")
def taken(stocked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a shop that nobody has bought anything from."""
    target = tmp_path_factory.mktemp("taken") / "backup"
    freestone("backup", str(target), **a_shop(stocked))
    return target


@pytest.fixture
def backup(taken: Path, tmp_path: Path) -> Path:
    return copytree(taken, tmp_path / "backup")


@pytest.fixture
def settings(stocked: Path, tmp_path: Path) -> dict[str, Any]:
    return a_shop(copytree(stocked, tmp_path / "shop"))


def touched(settings: dict[str, Any]) -> dict[str, str]:
    folder = Path(settings["database_url"].partition("///")[2]).parent
    return {
        str(file.relative_to(folder)): sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file() and not file.name.endswith((".serving", "-shm"))
    }


def changed(backup: Path, **copy: object) -> None:
    """The manifest, with another word about its one file."""
    manifest = json.loads((backup / "manifest.json").read_text())
    manifest["copies"][0] |= copy
    (backup / "manifest.json").write_text(json.dumps(manifest))


def cut_short(backup: Path) -> None:
    file = backup / "shop.db"
    file.write_bytes(file.read_bytes()[:-4096])


def one_bit_flipped(backup: Path) -> None:
    file = backup / "shop.db"
    content = bytearray(file.read_bytes())
    content[40_000] ^= 1
    file.write_bytes(content)


def torn_before_it_was_summed_up(backup: Path) -> None:
    file = backup / "shop.db"
    torn = bytearray(file.read_bytes())
    torn[8192:12288] = bytes(4096)
    file.write_bytes(torn)
    changed(backup, sha256=sha256(torn).hexdigest())


def of_a_later_release(backup: Path) -> None:
    file = backup / "shop.db"
    with closing(connect(file)) as connection, connection:
        connection.execute("UPDATE payments_alembic_version SET version_num = '9999'")
    connection.close()
    content = file.read_bytes()
    changed(backup, sha256=sha256(content).hexdigest(), size=len(content))


def of_other_files(backup: Path) -> None:
    changed(backup, contexts=["catalog", "payments"])


def pointing_elsewhere(backup: Path) -> None:
    changed(backup, name="../shop/shop.db")


def without_a_manifest(backup: Path) -> None:
    (backup / "manifest.json").unlink()


def of_another_kind(backup: Path) -> None:
    manifest = json.loads((backup / "manifest.json").read_text())
    (backup / "manifest.json").write_text(json.dumps({**manifest, "format": "tea/1"}))


SPOILT = {
    cut_short: "is not as it was written",
    one_bit_flipped: "is not as it was written",
    torn_before_it_was_summed_up: "shop.db: ",
    of_a_later_release: "the tables of payments are of a later release",
    of_other_files: "no file of it has all of catalog, customers",
    pointing_elsewhere: "names a file that is not in it",
    without_a_manifest: "is no backup",
    of_another_kind: "is a backup of another kind: tea/1",
}


EVERY_DAY = (one_bit_flipped, of_a_later_release)


@pytest.mark.parametrize(
    "spoilt",
    [pytest.param(one, marks=[] if one in EVERY_DAY else [pytest.mark.thorough]) for one in SPOILT],
)
def test_a_backup_that_is_not_whole_or_not_ours_is_not_put_back(
    run: Run, backup: Path, settings: dict[str, Any], spoilt: Any
) -> None:
    spoilt(backup)
    before = touched(settings)

    ended = run("restore", str(backup), **settings)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert SPOILT[spoilt] in ended.stderr
    assert touched(settings) == before


def test_nothing_is_put_back_under_a_server(
    run: Run, backup: Path, settings: dict[str, Any]
) -> None:
    before = touched(settings)

    with only_server_of(settings["database_url"]):
        ended = run("restore", str(backup), **settings)

    assert ended.returncode == 2
    assert "is served by another process already" in ended.stderr
    assert touched(settings) == before


def test_nobody_serves_while_a_restore_is_not_over(
    run: Run, backup: Path, settings: dict[str, Any]
) -> None:
    shop = Path(settings["database_url"].partition("///")[2])
    Path(f"{shop}.restoring").write_bytes(b"")
    refused = run("serve", **settings)

    run("restore", str(backup), **settings)

    assert refused.returncode == 2
    assert "broke off: give it again" in refused.stderr
    assert not Path(f"{shop}.restoring").exists()


SERVERS = {
    "postgresql": "postgresql://shop:a-secret@127.0.0.1:1/shop",
    "mariadb": "mariadb://shop:a-secret@127.0.0.1:1/shop",
}


@pytest.mark.parametrize(("command", "engine"), [("backup", "postgresql"), ("restore", "mariadb")])
def test_of_a_server_nothing_is_done_and_it_is_said_where_to_read_how(
    run: Run, backup: Path, settings: dict[str, Any], engine: str, command: str
) -> None:
    target = backup if command == "restore" else backup.with_name("new")
    before = touched(settings)

    ended = run(command, str(target), **settings, payments_database_url=SERVERS[engine])

    assert (ended.returncode, ended.stdout) == (2, "")
    assert f"payments: on {engine}" in ended.stderr
    assert "docs/backup.md" in ended.stderr
    assert "a-secret" not in ended.stderr
    assert touched(settings) == before
    assert not backup.with_name("new").exists()


def test_nothing_is_written_over(run: Run, backup: Path, settings: dict[str, Any]) -> None:
    before = (backup / "shop.db").read_bytes()

    ended = run("backup", str(backup), **settings)

    assert (ended.returncode, ended.stderr) == (
        2,
        f"TARGET: {backup} is there already: nothing is written over\n",
    )
    assert (backup / "shop.db").read_bytes() == before


def test_a_backup_is_nobody_elses_and_tells_no_secret(taken: Path, stocked: Path) -> None:
    told = (taken / "manifest.json").read_text()

    assert [oct(p.stat().st_mode & 0o777) for p in (taken, *sorted(taken.iterdir()))] == [
        "0o700",
        "0o600",
        "0o600",
    ]
    assert str(stocked) not in told
    assert {*json.loads(told)} == {"format", "freestone", "taken_at", "copies"}
