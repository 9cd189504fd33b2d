"""What staff edit over HTTP is all edited in the same way: created, read, changed, deleted, listed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.merchant import staff_of_a_shop

ADDRESS = {
    "id": "home",
    "first_name": "Jane",
    "last_name": None,
    "street_address": "123 Main St",
    "extended_address": None,
    "address_locality": "Springfield",
    "address_region": None,
    "address_country": "US",
    "postal_code": None,
    "phone_number": None,
}
CONSENTS = {"analytics": True, "preferences": False, "marketing": None, "sale_of_data": None}
PROBLEM = "urn:freestone:problem:"
ANY = {"if-match": "*"}


@dataclass(frozen=True)
class Thing:
    """`first` is what all share, `key` the field that names one, `change` another way to be."""

    path: str
    key: str
    first: dict[str, Any]
    change: dict[str, Any]
    senseless: dict[str, Any]
    context: str = "pricing"
    noun: str = "rule"
    is_deleted_seen: bool = True
    own: str = ""

    def new(self, **details: Any) -> dict[str, Any]:
        """One that is not there yet: no two have the same key, nor the same `own`, if they have it."""
        mark = uuid4().hex.upper()
        own = {self.own: f"{mark}@example.com"} if self.own else {}
        return {**self.first, **own, self.key: mark, **details}


THINGS = [
    Thing(
        "/v1/discounts",
        "code",
        {"kind": "percentage", "value": 10, "title": "10 % off", "ends_at": "2099-01-01T00:00:00Z"},
        {"value": 20},
        {"value": 101},
    ),
    Thing(
        "/v1/promotions",
        "id",
        {"title": "Free shipping", "eligible_skus": ["CUP", "TEA"], "minimum_subtotal": 5000},
        {"eligible_skus": ["TEA"]},
        {"eligible_skus": [], "minimum_subtotal": None},
    ),
    Thing(
        "/v1/tax-rates",
        "region",
        {"country": "DE", "category": "reduced", "basis_points": 700, "title": "VAT"},
        {"is_included": True},
        {"basis_points": -1},
    ),
    Thing(
        "/v1/shipping-rates",
        "id",
        {
            "country": "US",
            "service_level": "express",
            "title": "Express",
            "price": {"amount": 1500, "currency": "USD"},
        },
        {"price": {"amount": 1200, "currency": "EUR"}},
        {"country": "USA"},
        context="fulfillment",
        noun="shipping-rate",
    ),
    Thing(
        "/v1/customers",
        "id",
        {"first_name": "Jane", "addresses": [ADDRESS], "consents": CONSENTS},
        {"first_name": "Joan", "addresses": [ADDRESS, {**ADDRESS, "id": "work"}]},
        {"email": "nobody"},
        context="customers",
        noun="customer",
        is_deleted_seen=False,
        own="email",
    ),
]


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with staff_of_a_shop(tmp_path_factory.mktemp("shop")) as staff:
        yield staff


@pytest.fixture(params=THINGS, ids=lambda thing: thing.path)
def thing(request: pytest.FixtureRequest) -> Thing:
    found: Thing = request.param
    return found


def created(staff: TestClient, thing: Thing, **details: Any) -> tuple[str, dict[str, Any]]:
    """Where it is, and what was sent."""
    sent = thing.new(**details)
    reply = staff.post(thing.path, json=sent)
    assert reply.status_code == 201, reply.text
    return reply.headers["location"], sent


def has(reply: Response, parts: dict[str, Any]) -> bool:
    found = reply.json()
    return all(found[name] == part for name, part in parts.items())


def problem(reply: Response) -> tuple[int, str]:
    assert reply.headers["content-type"] == "application/problem+json"
    return reply.status_code, reply.json()["type"].removeprefix(PROBLEM)


def test_what_is_created_is_found_where_its_location_says(staff: TestClient, thing: Thing) -> None:
    sent = thing.new()

    reply = staff.post(thing.path, json=sent)

    found = staff.get(reply.headers["location"])
    assert (reply.status_code, found.status_code) == (201, 200)
    assert reply.json() == found.json()
    assert has(found, sent)
    assert reply.headers["etag"] == found.headers["etag"] == f'"{found.json()["version"]}"'


def test_what_exists_is_not_created_again(staff: TestClient, thing: Thing) -> None:
    where, sent = created(staff, thing)

    again = staff.post(thing.path, json={**sent, **thing.change})

    assert problem(again) == (409, f"{thing.context}:{thing.noun}-exists")
    assert has(staff.get(where), sent)


def test_an_edit_is_made_to_the_version_that_was_read(staff: TestClient, thing: Thing) -> None:
    where, sent = created(staff, thing)
    read = {"if-match": staff.get(where).headers["etag"]}

    first = staff.put(where, json={**sent, **thing.change}, headers=read)
    other = staff.put(where, json=sent, headers=read)

    found = staff.get(where)
    assert first.status_code == 200
    assert problem(other) == (412, f"{thing.context}:{thing.noun}-changed")
    assert has(found, {**sent, **thing.change})
    assert first.json() == found.json()
    assert read["if-match"] != first.headers["etag"] == found.headers["etag"]


def test_the_same_edit_again_is_no_edit(staff: TestClient, thing: Thing) -> None:
    where, sent = created(staff, thing)
    changed, read = {**sent, **thing.change}, {"if-match": staff.get(where).headers["etag"]}

    first, again = [staff.put(where, json=changed, headers=read) for _ in range(2)]

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.headers["etag"] == again.headers["etag"] != read["if-match"]


def test_an_edit_says_which_version_it_was_made_from(staff: TestClient, thing: Thing) -> None:
    where, sent = created(staff, thing)
    changed = {**sent, **thing.change}

    assert problem(staff.put(where, json=changed)) == (428, "precondition-required")
    assert staff.put(where, json=changed, headers=ANY).status_code == 200


def test_what_is_deleted_is_gone(staff: TestClient, thing: Thing) -> None:
    where, sent = created(staff, thing)

    deleted = staff.delete(where, headers=ANY)

    unknown = (404, f"{thing.context}:unknown-{thing.noun}")
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert problem(staff.get(where)) == unknown
    assert problem(staff.put(where, json=sent, headers=ANY)) == unknown
    assert problem(staff.delete(where, headers=ANY)) == unknown


def test_what_takes_the_place_of_what_was_deleted_is_not_taken_for_it(
    staff: TestClient, thing: Thing
) -> None:
    where, sent = created(staff, thing)
    read = {"if-match": staff.get(where).headers["etag"]}
    staff.delete(where, headers=ANY)
    assert staff.post(thing.path, json=sent).status_code == 201

    stale = staff.put(where, json={**sent, **thing.change}, headers=read)

    assert problem(stale) == (412, f"{thing.context}:{thing.noun}-changed")
    assert has(staff.get(where), sent)


@pytest.mark.parametrize("thing", [one for one in THINGS if one.is_deleted_seen], indirect=True)
def test_what_was_changed_is_not_deleted_unseen(staff: TestClient, thing: Thing) -> None:
    where, sent = created(staff, thing)
    read = {"if-match": staff.get(where).headers["etag"]}
    staff.put(where, json={**sent, **thing.change}, headers=ANY)

    assert problem(staff.delete(where)) == (428, "precondition-required")
    stale = staff.delete(where, headers=read)
    assert problem(stale) == (412, f"{thing.context}:{thing.noun}-changed")
    assert staff.get(where).status_code == 200


def test_what_makes_no_sense_is_told_so(staff: TestClient, thing: Thing) -> None:
    where, sent = created(staff, thing)
    senseless, unknown = {**sent, **thing.senseless}, {**sent, "colour": "red"}

    assert problem(staff.post(thing.path, json=thing.new(**thing.senseless)))[0] == 422
    assert problem(staff.put(where, json=senseless, headers=ANY)) == (
        422,
        f"{thing.context}:unfit-{thing.noun}",
    )
    assert problem(staff.put(where, json=unknown, headers=ANY)) == (422, "invalid-request")
    assert has(staff.get(where), sent)


def test_pages_add_up_to_all_while_more_comes_in(staff: TestClient, thing: Thing) -> None:
    known = {created(staff, thing)[1][thing.key] for _ in range(5)}
    seen: list[str] = []
    after: dict[str, str] = {}

    while True:
        page = staff.get(thing.path, params={"limit": 2, **after}).json()
        seen += [item[thing.key] for item in page["items"]]
        created(staff, thing)
        if page["next"] is None or len(seen) > 500:
            break
        after = {"after": page["next"]}

    assert len(seen) == len(set(seen))
    assert known <= set(seen)


@pytest.mark.parametrize("key", ["a/b", "50 %", "Ä?b#c", "a.b-c", "+"])
def test_any_name_can_be_said_in_an_address(staff: TestClient, thing: Thing, key: str) -> None:
    where, sent = created(staff, thing, **{thing.key: f"{uuid4().hex}{key}".upper()})

    assert staff.get(where).json()[thing.key] == sent[thing.key]


@pytest.mark.parametrize("key", ["%00", "x" * 500, "%20", "..%2f", "%F0%9F%8C%B9"])
def test_what_nothing_is_called_is_unknown(staff: TestClient, thing: Thing, key: str) -> None:
    created(staff, thing)

    assert staff.get(f"{thing.path}/{key}").status_code == 404


@pytest.mark.parametrize("after", ["\0", "x" * 300, " "])
def test_what_no_page_ended_with_is_no_place_to_go_on_from(
    staff: TestClient, thing: Thing, after: str
) -> None:
    created(staff, thing)

    lost = staff.get(thing.path, params={"after": after})

    assert problem(lost) == (422, f"{thing.context}:unknown-cursor")


@pytest.mark.parametrize("dots", [".", ".."])
def test_nothing_is_called_what_means_a_place_in_addresses(
    staff: TestClient, thing: Thing, dots: str
) -> None:
    created(staff, thing)

    reply = staff.post(thing.path, json=thing.new(**{thing.key: dots}))

    assert problem(reply) == (422, f"{thing.context}:unfit-{thing.noun}")


def test_the_longest_id_that_a_page_can_end_with_is_taken_back(staff: TestClient) -> None:
    """Of a tax rate: each sign of its region and its category is told in three."""
    place = {"country": "AA", "region": "/" * 64, "basis_points": 700, "title": "VAT"}
    for category in ("/" * 64, "~" * 64):
        made = staff.post("/v1/tax-rates", json={**place, "category": category})
        assert made.status_code == 201, made.text

    first = staff.get("/v1/tax-rates", params={"limit": 1}).json()
    second = staff.get("/v1/tax-rates", params={"limit": 1, "after": first["next"]})

    assert len(first["next"]) == 388
    assert second.status_code == 200
    assert second.json()["items"][0]["category"] == "~" * 64
