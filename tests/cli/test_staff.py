"""Who works in the shop, from a terminal."""

import json

import pytest

from tests.cli.conftest import Run

PASSWORD = "correct horse battery staple"


def test_the_first_owner_is_made_and_cannot_be_lost(run: Run) -> None:
    run("migrate")
    add = ("staff", "add", "Olga@Example.com", "--role", "owner")

    added = run(*add, "--password-from-stdin", said=f"{PASSWORD}\n")
    again = run(*add, "--password-from-stdin", said=f"{PASSWORD}\n")
    short = run("staff", "add", "x@y.example", "--role", "owner", "--password-from-stdin", said="a")
    lost = run("staff", "change", "olga@example.com", "--disable")
    demoted = run("staff", "change", "olga@example.com", "--role", "support")

    assert (added.returncode, added.stdout) == (0, "Olga@Example.com is owner\n"), added.stderr
    assert (again.returncode, again.stdout) == (0, added.stdout)
    assert (short.returncode, lost.returncode, demoted.returncode) == (3, 3, 3)
    assert lost.stderr.startswith("Last owner")
    (olga,) = json.loads(run("staff", "list", "--json").stdout)
    assert (olga["email"], olga["role"], olga["is_disabled"], olga["version"]) == (
        "Olga@Example.com",
        "owner",
        False,
        1,
    )
    assert PASSWORD not in added.stdout + added.stderr


@pytest.mark.thorough
def test_others_are_added_by_mail_changed_and_shut_out(run: Run) -> None:
    run("migrate")

    added = run("staff", "add", "otto@example.com", "--role", "support")
    nothing = run("staff", "change", "otto@example.com")
    changed = run("staff", "change", "Otto@example.com", "--role", "manager")
    disabled = run("staff", "change", "otto@example.com", "--disable")
    nobody = run("staff", "change", "nobody@example.com", "--disable")
    unknown = run("staff", "add", "x@y.example", "--role", "emperor")

    assert added.stdout == "otto@example.com is support; mail is sent to choose a password\n"
    assert changed.stdout == "otto@example.com is manager\n"
    assert disabled.stdout == "otto@example.com is disabled\n"
    assert (nothing.returncode, nobody.returncode, unknown.returncode) == (2, 2, 2)
    assert "yes" in run("staff", "list").stdout


def test_programs_are_told_in_json(run: Run) -> None:
    run("migrate")

    added = run("staff", "add", "otto@example.com", "--role", "support", "--json")
    back = run("staff", "change", "otto@example.com", "--role", "manager", "--disable", "--json")
    other = run("staff", "add", "otto@example.com", "--role", "owner", "--json")
    listed = run("staff", "list", "--json")

    otto = json.loads(added.stdout)
    assert (otto["email"], otto["role"], otto["is_disabled"]) == (
        "otto@example.com",
        "support",
        False,
    )
    assert json.loads(back.stdout) == otto | {"role": "manager", "is_disabled": True, "version": 2}
    assert json.loads(listed.stdout) == [json.loads(back.stdout)]
    assert (other.returncode, other.stdout) == (3, "")
