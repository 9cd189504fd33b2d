"""The merchant's own systems, subscribed and seen to from a terminal."""

import json

import pytest

from tests.cli.conftest import Run

HOOK = "https://erp.example/hooks"


@pytest.mark.thorough  # it starts eleven processes
def test_a_system_is_subscribed_seen_to_and_deleted(run: Run) -> None:
    run("migrate")
    add = ("subscriptions", "add", HOOK, "--event")

    made = json.loads(run(*add, "order.placed", "--json").stdout)
    unknown_event = run(*add, "order.lost")
    name = made["subscription_id"]
    rotated = json.loads(run("subscriptions", "rotate", name, "--json").stdout)
    disabled = json.loads(run("subscriptions", "disable", name, "--json").stdout)
    listed = run("subscriptions", "list", "--json").stdout
    refused = run("subscriptions", "replay", name, "2026-01-01")
    enabled = json.loads(run("subscriptions", "enable", name, "--json").stdout)
    deleted = run("subscriptions", "delete", name)
    gone = run("subscriptions", "test", name)
    audit = [json.loads(line) for line in run("audit", "--actor", "cli").stdout.splitlines()]

    assert made["secret"].startswith("whsec_")
    assert rotated["secret"] not in (made["secret"], None)
    assert (disabled["state"], enabled["state"]) == ("disabled", "active")
    assert (refused.returncode, "by staff" in refused.stderr) == (3, True)
    assert (unknown_event.returncode, "order.lost" in unknown_event.stderr) == (3, True)
    assert [one["target"] for one in json.loads(listed)] == [HOOK]
    assert "whsec_" not in listed
    assert (deleted.returncode, gone.returncode) == (0, 3)
    assert [(one["deed"], one["outcome"]) for one in audit] == [
        (deed, outcome)
        for deed, end in (
            ("create_subscription", "done"),
            ("create_subscription", "refused"),
            ("rotate_subscription_secret", "done"),
            ("update_subscription", "done"),
            ("replay_subscription", "refused"),
            ("update_subscription", "done"),
            ("delete_subscription", "done"),
            ("try_out_subscription", "refused"),
        )
        for outcome in ("asked", end)
    ]
    assert {one["subject"] for one in audit if one["deed"] == "update_subscription"} == {
        f"/v1/subscriptions/{name}"
    }
    assert not [one for one in audit if "whsec_" in str(one)]
