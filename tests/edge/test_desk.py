"""The frame of the merchant API: who is let in, what is understood, and how it says no."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import pytest
from aiohttp import ClientSession
from fastapi import Body as Sent
from fastapi import FastAPI, Response

from app.context_map import CONTRACTS
from app.edge.access import include
from app.edge.deeds import Deeds
from app.edge.desk import (
    After,
    Body,
    Desk,
    IdempotencyKey,
    IfMatch,
    Moment,
    Most,
    Page,
    Whole,
    YesNo,
    etag,
    staff,
)
from app.edge.gate import Gate
from app.edge.problem_kinds import NAMESPACE, catalogue
from app.settings import Settings
from domain.contracts.inventory import OutOfStock, UnfitCount, UnknownSku
from domain.contracts.ordering import MoreThanPaid
from domain.shared.dead_letters import DeadLetters
from domain.shared.model import OutcomeUnknown, Refusal, Stale, TryAgainLater
from domain.shared.values import Money, OrderId, Sku
from infrastructure.shared.envelope import current
from tests.edge.identities import FakeIdentity
from tests.servers import served

KEY, READER = "fsk_of-all", "fsk_of-a-reader"
TRUSTED = {"authorization": f"Bearer {KEY}"}
READ, WRITE = "orders:read", "orders:write"
ORDER = OrderId(UUID(int=7))


@dataclass(eq=False)
class ThingChanged(Stale):
    """Somebody else was quicker."""

    version: int


SAID: dict[str, Exception] = {
    "unknown": UnknownSku(Sku("tulip")),
    "out": OutOfStock(Sku("tulip"), 2),
    "unfit": UnfitCount(Sku("tulip"), "it is counted twice"),
    "stale": ThingChanged(4),
    "money": MoreThanPaid(ORDER, Money(500, "USD")),
    "newer": Refusal("SomethingNew"),
    "later": TryAgainLater("x"),
    "lost": OutcomeUnknown("x"),
    "broken": ZeroDivisionError("secret"),
}


class ThingBody(Body):
    name: str
    units: Whole = 1
    is_sold: YesNo = True
    sold_at: Moment | None = None


def a_router(desk: Desk) -> Any:
    routes = desk.routes("things")

    @routes.get("/things", **staff("list_things", READ))
    async def list_things(after: After = None, limit: Most = 20) -> Page[ThingBody]:
        return Page(items=(ThingBody(name=str(after), units=limit),), next="b")

    @routes.post("/things", **staff("create_thing", WRITE, status=201))
    async def create_thing(body: ThingBody, key: IdempotencyKey, response: Response) -> ThingBody:
        response.headers["location"] = f"/v1/things/{key}"
        return body

    @routes.put("/things/{name}", **staff("update_thing", WRITE, ThingChanged))
    async def update_thing(
        name: str, version: IfMatch, body: Annotated[ThingBody, Sent()], response: Response
    ) -> ThingBody:
        response.headers["etag"] = etag(8)
        return ThingBody(name=f"{name} {version}", units=body.units)

    @routes.get("/actor", **staff("actor", READ))
    async def actor() -> str:
        return current().actor

    @routes.get("/refused/{how}", **staff("refused", READ))
    async def refused(how: str) -> None:
        raise SAID[how]

    return routes


@pytest.fixture
def identity() -> FakeIdentity:
    identity = FakeIdentity()
    identity.employ(KEY, name="all")
    identity.employ(READER, READ, name="reader")
    return identity


@pytest.fixture
async def client(identity: FakeIdentity) -> AsyncIterator[ClientSession]:
    app = FastAPI()
    gate = Gate.of(identity.contract, Settings(public_url="https://shop.example"))
    include(app, a_router(Desk(gate, Deeds(identity.contract))))
    with served(app) as (url,):
        async with ClientSession(url) as client:
            yield client


async def asked(
    client: ClientSession, method: str, path: str, **more: Any
) -> tuple[int, dict[str, Any], Any]:
    more.setdefault("headers", {})
    more["headers"] = {**TRUSTED, **more["headers"]}
    async with client.request(method, path, **more) as reply:
        return reply.status, dict(await reply.json()), reply.headers


@pytest.mark.parametrize(
    ("shown", "error"),
    [
        ({}, ""),
        ({"authorization": "Bearer wrong"}, "invalid_token"),
        ({"x-api-key": "x"}, "invalid_token"),
    ],
)
async def test_whoever_does_not_have_a_key_learns_nothing(
    client: ClientSession, identity: FakeIdentity, shown: dict[str, str], error: str
) -> None:
    async with client.post("/v1/things", data=b"{not json", headers=shown) as reply:
        problem = await reply.json()

    challenge = reply.headers["www-authenticate"]
    assert reply.status == 401
    assert challenge.startswith('Bearer realm="https://shop.example"')
    assert (f'error="{error}"' in challenge) is bool(error)
    assert "resource_metadata=" in challenge
    assert reply.content_type == "application/problem+json"
    assert problem["type"] == NAMESPACE + "unauthorised"
    assert identity.deeds == []


async def test_who_lacks_the_scope_is_told_which_and_that_is_written_down(
    client: ClientSession, identity: FakeIdentity
) -> None:
    headers = {"x-api-key": READER}

    async with client.post("/v1/things", data=b"{not json", headers=headers) as reply:
        problem = await reply.json()

    challenge = reply.headers["www-authenticate"]
    assert (reply.status, problem["type"]) == (403, NAMESPACE + "insufficient-scope")
    assert problem["scope"] == WRITE
    assert 'error="insufficient_scope", scope="orders:write"' in challenge
    assert identity.deeds == [
        ("machine:reader", "create_thing", "/v1/things", "insufficient_scope")
    ]


async def test_who_asks_is_known_to_whatever_is_asked(client: ClientSession) -> None:
    async with client.get("/v1/actor", headers=TRUSTED) as reply:
        assert await reply.json() == "machine:all"


async def test_what_is_written_is_written_down_before_and_afterwards(
    client: ClientSession, identity: FakeIdentity
) -> None:
    await asked(client, "POST", "/v1/things", json={"name": "a"}, headers={"idempotency-key": "k"})
    await asked(client, "POST", "/v1/things", json={"named": "a"})
    await asked(client, "GET", "/v1/things")

    assert [deed[1:] for deed in identity.deeds] == [
        ("create_thing", "/v1/things", "asked"),
        ("create_thing", "/v1/things", "201"),
        ("create_thing", "/v1/things", "asked"),
        ("create_thing", "/v1/things", "400"),
    ]


async def test_nothing_is_done_that_cannot_be_written_down(
    client: ClientSession, identity: FakeIdentity
) -> None:
    await asked(client, "GET", "/v1/things")  # so that the key is known for a moment
    identity.failure = OutcomeUnknown("away")

    status, problem, headers = await asked(
        client, "POST", "/v1/things", json={"name": "a"}, headers={"idempotency-key": "k"}
    )
    reads, *_ = await asked(client, "GET", "/v1/things")

    assert (status, problem["type"]) == (503, NAMESPACE + "service-unavailable")
    assert headers["retry-after"]
    assert reads == 200
    assert identity.deeds == []


async def test_while_nobody_says_whose_key_it_is_it_opens_nothing(
    client: ClientSession, identity: FakeIdentity
) -> None:
    identity.failure = OutcomeUnknown("away")

    status, _, headers = await asked(client, "GET", "/v1/things")

    assert (status, headers["retry-after"]) == (503, "1")


async def test_a_page_says_what_follows(client: ClientSession) -> None:
    status, page, _ = await asked(client, "GET", "/v1/things?after=a&limit=100")

    thing = {"name": "a", "units": 100, "is_sold": True, "sold_at": None}
    assert (status, page) == (200, {"items": [thing], "next": "b"})


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", f"after={'a' * 401}"])
async def test_a_page_has_bounds(client: ClientSession, query: str) -> None:
    status, problem, _ = await asked(client, "GET", f"/v1/things?{query}")

    assert (status, problem["type"]) == (422, NAMESPACE + "invalid-request")
    assert problem["errors"][0]["in"] == "query"


@pytest.mark.parametrize(
    "body", [b"{", b'{"name": NaN}', b'{"name": "\xff"}', b'{"name": "\\ud800"}']
)
async def test_what_is_not_json_is_told_so(client: ClientSession, body: bytes) -> None:
    headers = {"content-type": "application/json", "idempotency-key": "k"}

    status, problem, _ = await asked(client, "POST", "/v1/things", data=body, headers=headers)

    assert (status, problem["type"]) == (400, NAMESPACE + "broken-json")


async def test_a_body_that_is_not_there_is_a_part_that_is_missing(client: ClientSession) -> None:
    status, problem, _ = await asked(client, "POST", "/v1/things", headers={"idempotency-key": "k"})

    assert (status, problem["type"]) == (422, NAMESPACE + "invalid-request")
    assert problem["errors"][0]["in"] == "body"


@pytest.mark.parametrize(
    ("media", "status"),
    [
        ("application/json", 201),
        ("Application/JSON; charset=utf-8", 201),
        ("application/merge-patch+json", 201),
        ("application/x-www-form-urlencoded", 415),
        ("text/plain", 415),
        ("application/", 415),
    ],
)
async def test_a_body_says_that_it_is_json(client: ClientSession, media: str, status: int) -> None:
    headers = {"content-type": media, "idempotency-key": "k"}

    code, body, _ = await asked(
        client, "POST", "/v1/things", data=b'{"name": "a"}', headers=headers
    )

    assert code == status
    if status == 415:
        assert body["type"] == NAMESPACE + "unsupported-media-type"
        assert "Content-Type: application/json" in body["detail"]


async def test_a_mistake_in_a_body_is_told_by_its_place_and_not_by_its_value(
    client: ClientSession,
) -> None:
    body = {"name": "a", "units": "secret", "more": 1}

    status, problem, _ = await asked(
        client, "POST", "/v1/things", json=body, headers={"idempotency-key": "k"}
    )

    assert status == 422
    assert {error["pointer"] for error in problem["errors"]} == {"/units", "/more"}
    assert "secret" not in str(problem)


async def test_a_place_is_told_as_a_json_pointer(client: ClientSession) -> None:
    body = {"name": "a", "a/b~c": 1}

    _, problem, _ = await asked(
        client, "POST", "/v1/things", json=body, headers={"idempotency-key": "k"}
    )

    assert [error["pointer"] for error in problem["errors"]] == ["/a~1b~0c"]


@pytest.mark.parametrize(
    "body",
    [
        {"units": "5"},
        {"units": 5.0},
        {"units": True},
        {"is_sold": "off"},
        {"is_sold": 0},
        {"sold_at": 0},
        {"sold_at": "0"},
        {"sold_at": "2030-01-01T00:00:00"},
    ],
)
async def test_what_only_looks_like_it_is_not_taken_for_it(
    client: ClientSession, body: dict[str, Any]
) -> None:
    status, problem, _ = await asked(
        client, "POST", "/v1/things", json={"name": "a", **body}, headers={"idempotency-key": "k"}
    )

    assert status == 422
    assert {error["pointer"] for error in problem["errors"]} == {f"/{name}" for name in body}


async def test_what_needs_a_key_says_so(client: ClientSession) -> None:
    status, problem, _ = await asked(client, "POST", "/v1/things", json={"name": "a"})

    assert (status, problem["type"]) == (400, NAMESPACE + "idempotency-key-missing")
    assert not {"money", "stock"} & set(problem["detail"].split())


@pytest.mark.parametrize(
    ("tag", "status", "seen"),
    [('"7"', 200, "a 7"), ("*", 200, "a None"), (None, 428, None), ('W/"7"', 412, None)]
    + [(tag, 412, None) for tag in ("7", '"x"', '"-1"', '"07"', '"²"', '""', f'"{"9" * 400}"')],
)
async def test_an_edit_names_the_version_it_was_made_from(
    client: ClientSession, tag: str | None, status: int, seen: str | None
) -> None:
    headers = {"if-match": tag} if tag else {}

    code, body, told = await asked(
        client, "PUT", "/v1/things/a", json={"name": "a"}, headers=headers
    )

    assert (code, body.get("name")) == (status, seen)
    assert told.get("etag") == ('"8"' if status == 200 else None)


@pytest.mark.parametrize(
    ("how", "status", "kind"),
    [
        ("unknown", 404, "inventory:unknown-sku"),
        ("out", 409, "inventory:out-of-stock"),
        ("unfit", 422, "inventory:unfit-count"),
        ("stale", 412, "test_desk:thing-changed"),
        ("money", 409, "ordering:more-than-paid"),
        ("newer", 409, "refused"),
        ("later", 503, "service-unavailable"),
        ("lost", 503, "service-unavailable"),
        ("broken", 500, "internal-error"),
    ],
)
async def test_each_way_of_saying_no_has_a_type_that_stays(
    client: ClientSession, how: str, status: int, kind: str
) -> None:
    code, problem, headers = await asked(client, "GET", f"/v1/refused/{how}")

    assert (code, problem["status"], problem["type"]) == (status, status, NAMESPACE + kind)
    assert problem["title"]
    assert problem["detail"]
    assert "secret" not in str(problem)
    assert (headers.get("retry-after") == "1") is (status == 503)


async def test_a_refusal_brings_its_details(client: ClientSession) -> None:
    _, out, _ = await asked(client, "GET", "/v1/refused/out")
    _, unfit, _ = await asked(client, "GET", "/v1/refused/unfit")
    _, money, _ = await asked(client, "GET", "/v1/refused/money")

    assert (out["sku"], out["units_available"]) == ("tulip", 2)
    assert unfit["detail"] == "It is counted twice."
    assert money["left"] == {"amount": 500, "currency": "USD"}
    assert money["order_id"].startswith("ord_")


def test_no_two_kinds_of_problem_have_one_type_and_each_says_when_it_is_met() -> None:
    kinds = catalogue([*CONTRACTS.values(), DeadLetters])

    assert len({kind.type for kind in kinds}) == len(kinds)
    assert all(kind.title and kind.text for kind in kinds)
