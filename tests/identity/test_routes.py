"""Who may do what, over the merchant API: nobody gives what they do not have."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from domain.contracts.identity import ROLES
from tests.hired import hired
from tests.staffed import Staff, staffed

CLIENT: dict[str, Any] = {
    "client_id": "till",
    "name": "Till",
    "kind": "application",
    "redirect_uris": ["https://till.example/back"],
    "scopes": ["orders:read"],
}
KEY: dict[str, Any] = {"name": "till", "scopes": ["orders:read"]}


@pytest.fixture
async def staff(tmp_path: Path) -> AsyncIterator[Staff]:
    async with staffed(tmp_path) as staff:
        yield staff


@pytest.fixture
async def porter(staff: Staff) -> Any:
    """Somebody who may let others in, and may not do much else."""
    key = await hired(staff.settings, "identity:read", "identity:write", "orders:read")

    async def asks(method: str, path: str, body: Any = None, tag: str = "*") -> tuple[int, Any]:
        headers = {"x-api-key": key, "if-match": tag}
        async with staff.client.request(method, path, json=body, headers=headers) as reply:
            return reply.status, await reply.json() if await reply.read() else None

    return asks


async def test_a_key_is_told_once_opens_what_it_says_and_can_be_ended(staff: Staff) -> None:
    made = await staff.asks("POST", "/v1/api-keys", KEY)
    key = {"x-api-key": made.body["key"]}
    async with staff.client.get("/v1/orders", headers=key) as reply:
        opened = reply.status
    async with staff.client.get("/v1/stock", headers=key) as reply:
        other = reply.status

    async with staff.client.delete(f"/v1/api-keys/{made.body['key_id']}") as reply:
        ended = reply.status
    listed = await staff.asks("GET", "/v1/api-keys")

    assert (made.status, opened, other, ended) == (201, 200, 403, 204)
    assert made.location == f"/v1/api-keys/{made.body['key_id']}"
    assert made.body["key"] not in str(listed.body)
    assert listed.body["items"][-1]["ended_at"]


async def test_a_client_is_registered_and_its_secret_renewed(staff: Staff) -> None:
    made = await staff.asks("POST", "/v1/clients", CLIENT)
    read = await staff.asks("GET", "/v1/clients/till")
    about = {k: v for k, v in CLIENT.items() if k != "client_id"} | {"name": "Old till"}
    edited = await staff.asks("PUT", "/v1/clients/till", about, tag=read.etag or "")
    stale = await staff.asks("PUT", "/v1/clients/till", about | {"name": "x"}, tag=read.etag or "")
    renewed = await staff.asks("POST", "/v1/clients/till/secret")

    assert (made.status, read.status, edited.status, stale.status) == (201, 200, 200, 412)
    assert made.body["secret"].startswith("fss_")
    assert "secret" not in read.body
    assert edited.body["name"] == "Old till"
    assert renewed.body["secret"] not in ("", made.body["secret"])


async def test_a_member_of_staff_is_let_in_and_has_another_role(staff: Staff) -> None:
    made = await staff.asks("POST", "/v1/staff", {"email": "kim@example.com", "role": "support"})
    where = made.location or ""
    change = {"role": "manager", "is_disabled": False}
    changed = await staff.asks("PUT", where, change, tag=made.etag or "")
    stale = await staff.asks("PUT", where, {"role": "support"}, tag=made.etag or "")
    listed = await staff.asks("GET", "/v1/staff")

    assert (made.status, changed.status, stale.status) == (201, 200, 412)
    assert [one["role"] for one in listed.body["items"]] == ["manager"]


async def test_what_was_done_is_in_the_audit_log(staff: Staff) -> None:
    await staff.asks("POST", "/v1/api-keys", KEY)

    told = await staff.asks("GET", "/v1/audit?subject=/v1/api-keys&actor=machine:test")

    assert [(one["deed"], one["outcome"]) for one in told.body["items"]] == [
        ("make_api_key", "asked"),
        ("make_api_key", "201"),
    ]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/api-keys", KEY | {"scopes": ["orders:write"]}),
        ("/v1/clients", CLIENT | {"scopes": ["orders:write"]}),
        ("/v1/staff", {"email": "kim@example.com", "role": "owner"}),
    ],
)
async def test_nobody_gives_what_they_do_not_have(
    porter: Any, path: str, body: dict[str, Any]
) -> None:
    status, problem = await porter("POST", path, body)

    assert status == 403
    assert problem["type"] == "urn:freestone:problem:insufficient-scope"
    assert "orders:write" in problem["scope"].split()


async def test_they_are_told_what_would_let_them_give_it(staff: Staff) -> None:
    key = await hired(staff.settings, "identity:write")

    headers = {"x-api-key": key}
    async with staff.client.post("/v1/api-keys", json=KEY, headers=headers) as reply:
        challenge = reply.headers["www-authenticate"]

    assert 'error="insufficient_scope", scope="orders:read"' in challenge


async def test_they_give_what_they_have(porter: Any) -> None:
    assert (await porter("POST", "/v1/api-keys", KEY))[0] == 201
    assert (await porter("POST", "/v1/clients", CLIENT))[0] == 201


async def test_nobody_changes_who_may_do_more_than_they_may(staff: Staff, porter: Any) -> None:
    member = await staff.asks("POST", "/v1/staff", {"email": "kim@example.com", "role": "owner"})
    await staff.asks("POST", "/v1/clients", CLIENT | {"scopes": sorted(ROLES["manager"])})
    about = {k: v for k, v in CLIENT.items() if k != "client_id"}

    down, _ = await porter("PUT", member.location or "", {"role": "read-only"})
    taken, _ = await porter("PUT", "/v1/clients/till", about)
    secret, _ = await porter("POST", "/v1/clients/till/secret")

    assert (down, taken, secret) == (403, 403, 403)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/api-keys", KEY | {"key_digest": "0" * 64}),
        ("/v1/api-keys", KEY | {"made_at": "2030-01-01T00:00:00Z"}),
        ("/v1/clients", CLIENT | {"secret": "mine"}),
        ("/v1/staff", {"email": "kim@example.com", "role": "support", "password": "chosen here"}),
        ("/v1/staff", {"email": "kim@example.com", "role": "support", "is_confirmed": True}),
    ],
)
async def test_nothing_can_be_set_that_is_not_asked_for(
    staff: Staff, path: str, body: dict[str, Any]
) -> None:
    told = await staff.asks("POST", path, body)

    assert (told.status, told.problem) == (422, "invalid-request")
