import json
from pathlib import Path

from domain.contracts.identity import ROLES
from tests.cli.conftest import Run


def test_a_key_is_kept_in_a_file_for_its_owner_alone_and_made_good_again(
    run: Run, tmp_path: Path
) -> None:
    run("migrate")
    make = ("api-keys", "make", "till", "--role", "manager", "--in", "var/kept/key")

    first, again = run(*make, "--json"), run(*make, "--json")

    file = tmp_path / "var" / "kept" / "key"
    key = file.read_text()
    assert key.startswith("fsk_")
    assert file.stat().st_mode & 0o777 == 0o600
    assert key not in first.stdout
    assert json.loads(first.stdout) == json.loads(again.stdout)
    (listed,) = json.loads(run("api-keys", "list", "--json").stdout)
    assert set(listed["scopes"]) == ROLES["manager"]


def test_what_is_no_key_is_not_made_one(run: Run, tmp_path: Path) -> None:
    run("migrate")
    (tmp_path / "notes").write_text("shopping list")

    told = run("api-keys", "make", "till", "--role", "manager", "--in", "notes")
    strange = run("api-keys", "make", "till", "--role", "boss")

    assert (told.returncode, told.stderr) == (2, "--in: notes holds no API key\n")
    assert strange.returncode == 2
    assert strange.stderr.startswith("--role: there is no role 'boss'")
