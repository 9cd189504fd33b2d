"""The routes under `/v1/stock`: what is translated, and how."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.staffed import Staff, staffed

TEA = "/v1/stock/TEA-100G"


@pytest.fixture
async def staff(tmp_path: Path) -> AsyncIterator[Staff]:
    async with staffed(tmp_path) as staff:
        await staff.asks("PUT", TEA, {"units_on_hand": 10}, key="first")
        yield staff


async def test_stock_is_counted_and_found(staff: Staff) -> None:
    count = {"units_on_hand": 7, "reason": "correction", "note": "Behind the others"}

    counted = await staff.asks("PUT", "/v1/stock/CUP%2FBLUE", count, key="second")

    assert (counted.status, counted.body) == (
        200,
        {
            "sku": "CUP/BLUE",
            "units_on_hand": 7,
            "units_held": 0,
            "units_allocated": 0,
            "units_available": 7,
        },
    )
    assert (await staff.asks("GET", "/v1/stock/CUP%2FBLUE")).body == counted.body
    first = await staff.asks("GET", "/v1/stock?limit=1")
    assert (first.body["items"], first.body["next"]) == ([counted.body], "CUP/BLUE")
    second = await staff.asks("GET", "/v1/stock?limit=1&after=CUP/BLUE")
    assert ([one["sku"] for one in second.body["items"]], second.body["next"]) == (
        ["TEA-100G"],
        None,
    )


async def test_an_adjustment_is_made_once_and_told_in_the_history(staff: Staff) -> None:
    damaged = {"units": -2, "reason": "damaged", "note": "Fell off the shelf"}

    for _ in range(2):
        adjusted = await staff.asks("POST", f"{TEA}/adjustments", damaged, key="broken-1")
        assert (adjusted.status, adjusted.body["units_on_hand"]) == (200, 8)

    newest = await staff.asks("GET", f"{TEA}/history?limit=1")
    (movement,) = newest.body["items"]
    assert movement.pop("moved_at").endswith("Z")
    assert movement.pop("id") == newest.body["next"]
    assert movement == {
        "sku": "TEA-100G",
        **damaged,
        "units_before": 10,
        "units_after": 8,
        "actor": "machine:test",
        "key": "broken-1",
        "order_id": None,
    }
    older = await staff.asks("GET", f"{TEA}/history?after={newest.body['next']}")
    assert [(one["reason"], one["units_after"]) for one in older.body["items"]] == [("counted", 10)]


async def test_a_count_is_made_once_however_late_it_is_repeated(staff: Staff) -> None:
    count = {"units_on_hand": 7}
    bare = await staff.asks("PUT", TEA, count)
    await staff.asks("PUT", TEA, count, key="monday")
    await staff.asks("POST", f"{TEA}/adjustments", {"units": 5, "reason": "received"}, key="in-1")

    late = await staff.asks("PUT", TEA, count, key="monday")
    reused = await staff.asks("PUT", TEA, {"units_on_hand": 8}, key="monday")

    assert (bare.status, bare.problem) == (400, "idempotency-key-missing")
    assert (late.status, late.body["units_on_hand"]) == (200, 12)
    assert (reused.status, reused.problem) == (409, "inventory:key-reused")
    history = (await staff.asks("GET", f"{TEA}/history")).body["items"]
    assert [(one["key"], one["units"]) for one in history] == [
        ("in-1", 5),
        ("monday", -3),
        ("first", 10),
    ]


async def test_no_sku_is_taken_for_the_history_of_another(staff: Staff) -> None:
    count = {"units_on_hand": 7}

    confused = await staff.asks("PUT", "/v1/stock/TEA-100G%2Fhistory", count, key="a")

    assert (confused.status, confused.problem) == (422, "inventory:unfit-count")


async def test_what_cannot_be_adjusted_is_told_why(staff: Staff) -> None:
    found = {"units": 1, "reason": "found"}
    path = f"{TEA}/adjustments"
    await staff.asks("POST", path, found, key="found-1")

    bare = await staff.asks("POST", path, found)
    reused = await staff.asks("POST", path, {**found, "units": 2}, key="found-1")
    few = await staff.asks("POST", path, {"units": -12, "reason": "lost"}, key="lost-1")
    unfit = await staff.asks("POST", path, {"units": 1, "reason": "magic"}, key="magic-1")
    unknown = await staff.asks("POST", "/v1/stock/POT/adjustments", found, key="found-2")

    assert (bare.status, bare.problem) == (400, "idempotency-key-missing")
    assert (reused.status, reused.problem) == (409, "inventory:key-reused")
    assert (few.status, few.problem, few.body["units_on_hand"]) == (
        409,
        "inventory:too-few-on-hand",
        11,
    )
    assert (unfit.status, unfit.problem) == (422, "inventory:unfit-adjustment")
    assert (unknown.status, unknown.problem) == (404, "inventory:unknown-sku")


async def test_what_makes_no_sense_is_told_so(staff: Staff) -> None:
    negative = await staff.asks("PUT", TEA, {"units_on_hand": -1}, key="count-1")
    unknown = await staff.asks("GET", "/v1/stock/POT")
    no_history = await staff.asks("GET", "/v1/stock/POT/history")
    lost = await staff.asks("GET", f"{TEA}/history?after=nothing")

    assert (negative.status, negative.problem) == (422, "inventory:unfit-count")
    assert (unknown.status, unknown.problem) == (404, "inventory:unknown-sku")
    assert (no_history.status, no_history.problem) == (404, "inventory:unknown-sku")
    assert (lost.status, lost.problem) == (422, "inventory:unknown-cursor")
