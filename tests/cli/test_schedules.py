import json

from tests.cli.conftest import Run


def test_all_that_goes_on_by_itself_is_told_and_what_it_does(run: Run) -> None:
    told = run("schedules")
    found = json.loads(run("schedules", "--json").stdout)

    assert all(one["does"] for one in found)
    returns = {"name": "ordering returns", "every": "60 s", "by": "one, by its lease"}
    assert (
        returns.items() <= next(one for one in found if one["name"] == "ordering returns").items()
    )
    relay = next(one for one in found if one["name"] == "ordering relay")
    assert relay["every"] == "woken"
    assert "inventory holds" in told.stdout


def test_only_what_is_kept_here_goes_on_here(run: Run) -> None:
    settings = {
        "contexts": "inventory",
        "internal_keys": "k" * 32,
        "identity_url": "http://127.0.0.1:9",
    }

    found = json.loads(run("schedules", "--json", **settings).stdout)

    names = {one["name"] for one in found}
    assert "inventory holds" in names
    assert "recovery" not in names
