"""The routes under `/v1/products`: what is translated, and how."""

from asyncio import gather
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.staffed import Staff, staffed


@pytest.fixture
async def staff(tmp_path: Path) -> AsyncIterator[Staff]:
    async with staffed(tmp_path) as staff:
        yield staff


A_DISCLOSURE = {
    "code": "allergens",
    "text": "Nuts.",
    "content_type": "plain",
    "image_url": None,
    "url": None,
    "country": "DE",
    "region": None,
}


def a_body(**more: Any) -> dict[str, Any]:
    variant = {
        "sku": "TEA-100G",
        "title": "100 g",
        "prices": [{"amount": 1250, "currency": "USD"}],
        "options": [{"name": "size", "label": "100 g"}],
        "needs_delivery": True,
        "tax_category": "food",
        "ships_apart": True,
    }
    return {
        "title": "Green tea",
        "variants": [variant],
        "description": "From the hills.",
        "categories": ["tea"],
        "media": [{"url": "https://shop.example/tea.jpg", "kind": "image", "alt_text": None}],
        "disclosures": [A_DISCLOSURE],
        **more,
    }


async def test_a_product_is_created_and_found_where_it_says_it_is(staff: Staff) -> None:
    body = a_body(product_id="green tea/1")

    created = await staff.asks("POST", "/v1/products", body)

    assert (created.status, created.etag) == (201, '"1"')
    assert created.body == {**body, "version": 1, "is_archived": False}
    assert created.location == "/v1/products/green%20tea%2F1"
    found = await staff.asks("GET", created.location)
    assert (found.status, found.body, found.etag) == (200, created.body, '"1"')


async def test_what_cannot_be_created_is_told_why(staff: Staff) -> None:
    body = a_body(product_id="tea")
    await staff.asks("POST", "/v1/products", body)

    twice = await staff.asks("POST", "/v1/products", body)
    taken = await staff.asks("POST", "/v1/products", {**body, "product_id": "other"})
    blank = await staff.asks("POST", "/v1/products", {**body, "product_id": "new", "title": " "})
    wrong = [{**body["variants"][0], "prices": [{"amount": -1, "currency": "dollars"}]}]
    dear = await staff.asks("POST", "/v1/products", {**body, "variants": wrong})

    assert (twice.status, twice.problem) == (409, "catalog:product-exists")
    assert (taken.status, taken.problem) == (409, "catalog:sku-taken")
    assert (taken.body["sku"], taken.body["product_id"]) == ("TEA-100G", "tea")
    assert (blank.status, blank.problem) == (422, "catalog:unfit-product")
    assert (dear.status, dear.problem) == (422, "invalid-request")
    assert {error["pointer"] for error in dear.body["errors"]} == {
        "/variants/0/prices/0/amount",
        "/variants/0/prices/0/currency",
    }


async def test_an_edit_names_its_version_and_is_told_the_next(staff: Staff) -> None:
    await staff.asks("POST", "/v1/products", a_body(product_id="tea"))
    black, white = a_body(title="Black tea"), a_body(title="White tea")

    bare = await staff.asks("PUT", "/v1/products/tea", black)
    changed = await staff.asks("PUT", "/v1/products/tea", black, tag='"1"')
    stale = await staff.asks("PUT", "/v1/products/tea", white, tag='"1"')
    unknown = await staff.asks("PUT", "/v1/products/pot", white, tag="*")

    assert (bare.status, bare.problem) == (428, "precondition-required")
    assert (changed.status, changed.etag, changed.body["title"]) == (200, '"2"', "Black tea")
    assert (stale.status, stale.problem, stale.body["version"]) == (
        412,
        "catalog:product-changed",
        2,
    )
    assert (unknown.status, unknown.problem) == (404, "catalog:unknown-product")


async def test_of_two_editors_one_wins_and_the_other_is_told(staff: Staff) -> None:
    await staff.asks("POST", "/v1/products", a_body(product_id="tea"))
    edits = (
        staff.asks("PUT", "/v1/products/tea", a_body(title=title), tag='"1"')
        for title in ("Black tea", "White tea")
    )

    said = await gather(*edits)

    assert sorted(one.status for one in said) == [200, 412]
    (winner,) = (one.body for one in said if one.status == 200)
    assert (await staff.asks("GET", "/v1/products/tea")).body == winner


async def test_what_is_archived_is_listed_apart_until_it_is_restored(staff: Staff) -> None:
    await staff.asks("POST", "/v1/products", a_body(product_id="tea"))

    archived = await staff.asks("POST", "/v1/products/tea/archive", tag='"1"')
    sold = await staff.asks("GET", "/v1/products")
    apart = await staff.asks("GET", "/v1/products?archived=true")
    restored = await staff.asks("POST", "/v1/products/tea/restore", tag='"2"')

    assert (archived.status, archived.etag, archived.body["is_archived"]) == (200, '"2"', True)
    assert sold.body == {"items": [], "next": None}
    assert apart.body == {"items": [archived.body], "next": None}
    assert (restored.status, restored.etag, restored.body["is_archived"]) == (200, '"3"', False)


async def test_products_are_listed_page_by_page(staff: Staff) -> None:
    for number in range(3):
        variants = [{**a_body()["variants"][0], "sku": f"TEA-{number}"}]
        await staff.asks("POST", "/v1/products", a_body(product_id=f"t{number}", variants=variants))

    first = await staff.asks("GET", "/v1/products?limit=2")
    second = await staff.asks("GET", f"/v1/products?limit=2&after={first.body['next']}")
    lost = await staff.asks("GET", "/v1/products?after=%00")

    assert [one["product_id"] for one in first.body["items"]] == ["t0", "t1"]
    assert [one["product_id"] for one in second.body["items"]] == ["t2"]
    assert second.body["next"] is None
    assert (lost.status, lost.problem) == (422, "catalog:unknown-cursor")
