"""What opens something is told once, to whom it is for, and is nowhere else to be read."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import fields, is_dataclass
from inspect import getmembers, isclass
from sqlite3 import connect
from typing import Any

import pytest

from domain.contracts import identity
from tests.security.attacked import Attacked
from tests.security.flows import Flows, all_of_them

ONCE = {"visit", "verifier"}
"""What a browser or a client has made up by itself."""


@pytest.fixture(scope="module")
async def flows(shop: Attacked) -> Flows:
    return await all_of_them(shop)


def kept(shop: Attacked) -> Iterator[tuple[str, str]]:
    """Every value in every table, as text; with the name of its column."""
    with closing(connect(f"file:{shop.database}?mode=ro", uri=True)) as line:
        tables = line.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            found = line.execute(f'SELECT * FROM "{table}"')  # noqa: S608  # its own name
            names = [column[0] for column in found.description]
            for row in found:
                for name, value in zip(names, row, strict=True):
                    text = value.hex() if isinstance(value, bytes) else str(value)
                    yield f"{table}.{name}", text


def leaked(secrets: Mapping[str, str], text: str) -> list[str]:
    return [name for name, secret in secrets.items() if secret in text]


async def test_the_log_has_no_secrets(flows: Flows) -> None:
    said = flows.shop.process.log.read_text(errors="replace")

    assert "answered" in said
    assert leaked(flows.secrets, said) == []
    assert flows.email not in said


async def test_no_table_has_a_secret_in_it(flows: Flows) -> None:
    found = [(where, leaked(flows.secrets, text)) for where, text in kept(flows.shop)]

    assert {"identity_audit.detail", "identity_outbox.payload"} & {where for where, _ in found}
    assert [one for one in found if one[1]] == []


async def test_no_refusal_says_what_was_sent(flows: Flows) -> None:
    said = [f"{told.body} {told.headers}" for told in flows.refusals] + flows.pages

    assert len(said) > 10
    wanted = {name: secret for name, secret in flows.secrets.items() if name not in ONCE}
    wanted.pop("ticket to reset")  # the form of whoever came with it has it
    assert [names for text in said if (names := leaked(wanted, text))] == []


async def test_the_audit_log_tells_of_everything_and_no_secret(flows: Flows) -> None:
    told, after = [], None
    while True:
        place = f"&after={after}" if after else ""
        page = (await flows.shop.asks("GET", f"/v1/audit?limit=100{place}")).body
        told += page["items"]
        if not (after := page["next"]):
            break

    deeds = {one["deed"] for one in told}
    assert {
        *("signed_up", "email_confirmed", "signed_in", "sign_in_failed", "password_changed"),
        *("reset_asked", "password_reset", "agreed", "granted"),
        *("api_key_made", "client_registered"),
    } <= deeds
    assert leaked(flows.secrets, str(told)) == []
    assert flows.email not in str(told)


SECRET = ("password", "secret", "token", "refresh", "code", "key", "old", "new", "ticket")
NO_SECRET = {"code_challenge", "public_keys", "key_id", "is_refreshable"}
OPENS = {
    name: kind
    for name, kind in getmembers(identity, isclass)
    if is_dataclass(kind)
    and kind.__module__ == identity.__name__
    and any(
        one.name.startswith(SECRET) and one.name not in NO_SECRET and "str" in str(one.type)
        for one in fields(kind)
    )
}


@pytest.mark.parametrize("name", OPENS)
def test_no_message_shows_a_secret_where_it_is_printed(name: str) -> None:
    """What is printed ends up in logs, tracebacks and reports."""
    shown = [
        one.name
        for one in fields(OPENS[name])
        if one.name.startswith(SECRET) and one.name not in NO_SECRET and one.repr
    ]

    assert shown == []


def test_messages_with_secrets_are_found() -> None:
    assert {"SignIn", "SignUp", "Granted", "CodeGranted", "ApiKeyMade", "FindSession"} <= set(OPENS)


async def stolen(flows: Flows) -> list[str]:
    """What somebody would try who has the tables: whatever is long enough to be a secret."""
    digests = {text for where, text in kept(flows.shop) if where.endswith(("_digest", "_hash"))}
    others = {
        text
        for where, text in kept(flows.shop)
        if where.startswith("identity_") and 20 <= len(text) <= 200 and " " not in text
    }
    return sorted(digests | others)


async def test_a_stolen_table_opens_nothing(flows: Flows) -> None:
    shop, opened = flows.shop, []
    values = await stolen(flows)
    assert len(values) > 20
    for one in values:
        clean = one if one.isascii() and one.isprintable() else "x"
        tries: dict[str, Any] = {
            "key": await shop.asks("GET", "/v1/staff", headers={"x-api-key": clean}),
            "secret": await shop.posts(
                "/oauth/token", {"grant_type": "client_credentials"}, shop.shown(clean)
            ),
            "code": await shop.redeems(one),
            "token": await shop.refreshes(one),
        }
        opened += [(name, one) for name, told in tries.items() if told.status < 400]
        headers = {"cookie": f"session={clean}"}
        async with shop.http.get("/account", headers=headers, allow_redirects=False) as page:
            opened += [("session", one)] if page.status == 200 else []

    assert opened == []


async def test_what_is_kept_is_not_what_our_own_processes_are_asked_with(flows: Flows) -> None:
    """They send digests of secrets; the tables have hashes of those, by a key that is elsewhere."""
    async with flows.shop.inside() as line:
        for one in [text for where, text in kept(flows.shop) if where.endswith("_digest")]:
            for ask, refusal in (
                (line.find_api_key(identity.FindApiKey(key_digest=one)), identity.UnknownApiKey),
                (line.find_session(identity.FindSession(token_digest=one)), identity.NoSuchSession),
                (line.find_code(identity.FindCode(code_digest=one)), identity.NoSuchCode),
                (
                    line.find_refresh_token(identity.FindRefreshToken(token_digest=one)),
                    identity.NoSuchToken,
                ),
            ):
                with pytest.raises(refusal):
                    await ask
