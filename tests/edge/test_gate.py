"""Who is let in, by what they show and by what a route is for."""

from typing import Any
from uuid import UUID

import pytest
from starlette.requests import Request

from app.edge.access import LEVELS, Declared
from app.edge.callers import Caller, Callers
from app.edge.gate import Foreign, Gate, NotAdmitted, Overreach, SignedOut, Stranger, Unknown
from app.edge.sessions import SignedIn
from domain.contracts.identity import (
    APPLICATION,
    BUYER,
    PLATFORM,
    STAFF,
    AccountId,
    ClientId,
    GrantId,
    Standing,
)
from domain.shared.model import OutcomeUnknown
from domain.shared.values import CustomerId
from tests.edge.identities import FakeIdentity, FakeTokens

HERE = "https://shop.example/at"
MERCHANT, SHOPPING = f"{HERE}/v1", f"{HERE}/ucp/v1"
READS, WRITES = Declared("staff", "orders:read"), Declared("staff", "orders:write")
SHOPS = Declared("platform")
WHERE = 'resource_metadata="https://shop.example/.well-known/oauth-protected-resource/at'
ACCOUNT = AccountId(UUID(int=1))
A_TOKEN, OTHER_TOKEN = "a.token.x", "another.token.x"


class House:
    """A gate, and who is known at it."""

    def __init__(self, **more: Any) -> None:
        self.identity, self.tokens = FakeIdentity(), FakeTokens()
        callers = Callers(self.identity.contract, self.tokens.whole)
        self._gate = Gate(callers, SignedIn(self.identity.contract, HERE), HERE, **more)

    async def admit(self, declared: Declared, **headers: str) -> Caller:
        raw = [(n.replace("_", "-").encode(), v.encode()) for n, v in headers.items()]
        return await self._gate.admit(Request({"type": "http", "headers": raw}), declared)


@pytest.fixture
def house() -> House:
    house = House()
    house.identity.employ("fsk_reader", "orders:read", name="till 1")
    house.identity.register("fsk_platform", "agent", "https://agent.example/p")
    return house


def a_standing(kind: str = PLATFORM, client: str = "agent", **more: Any) -> Standing:
    named = {"grant_id": GrantId(UUID(int=9)), "is_good": True, "client_id": ClientId(client)}
    return Standing(**{**named, "client_kind": kind, **more})


OF_STAFF: dict[str, Any] = {
    "account_id": ACCOUNT,
    "account_kind": STAFF,
    "scopes": ("orders:read",),
}
OF_A_BUYER: dict[str, Any] = {
    "account_id": ACCOUNT,
    "account_kind": BUYER,
    "email": "ada@example.com",
    "customer_id": CustomerId("ada"),
}


@pytest.mark.parametrize("header", ["x_api_key", "authorization"])
async def test_a_machine_may_do_what_its_scopes_say(house: House, header: str) -> None:
    shown = {header: "fsk_reader" if header == "x_api_key" else "bearer  fsk_reader "}

    caller = await house.admit(READS, **shown)

    assert (caller.actor, caller.scopes) == ("machine:till 1", frozenset({"orders:read"}))
    with pytest.raises(Overreach) as no:
        await house.admit(WRITES, **shown)
    assert no.value.caller == caller
    assert no.value.challenge == (
        f'Bearer realm="{HERE}", error="insufficient_scope", scope="orders:write", {WHERE}/v1"'
    )


async def test_who_shows_nothing_is_told_what_to_show(house: House) -> None:
    for shown in ({}, {"authorization": "Basic eDp5"}, {"authorization": "Bearer"}):
        with pytest.raises(Stranger) as no:
            await house.admit(READS, **shown)

        assert no.value.challenge == f'Bearer realm="{HERE}", {WHERE}/v1"'


@pytest.mark.parametrize(
    "shown",
    [
        {"x_api_key": "fsk_another"},
        {"authorization": "Bearer fsk_another"},
        {"authorization": "Bearer garbage"},
        {"authorization": "Bearer a.b.c"},
        {"authorization": "Bearer ..", "x_api_key": "fsk_reader"},
    ],
)
@pytest.mark.parametrize("declared", [READS, SHOPS])
async def test_what_is_good_for_nothing_is_told_so(
    house: House, shown: dict[str, str], declared: Declared
) -> None:
    path = "/v1" if declared is READS else "/ucp/v1"

    with pytest.raises(Unknown) as no:
        await house.admit(declared, **shown)

    assert no.value.challenge == f'Bearer realm="{HERE}", error="invalid_token", {WHERE}{path}"'


async def test_a_platform_is_a_client_by_its_key_and_by_a_token_of_its_own(house: House) -> None:
    house.tokens.issue(A_TOKEN, SHOPPING, a_standing(profile_url="https://agent.example/p"))

    by_key = await house.admit(SHOPS, x_api_key="fsk_platform")
    by_token = await house.admit(SHOPS, authorization=f"Bearer {A_TOKEN}")

    for caller in (by_key, by_token):
        assert (caller.client, caller.actor) == ("platform:agent", "platform:agent")
        assert caller.profile_url == "https://agent.example/p"
        assert caller.account_id is None


async def test_a_platform_in_the_name_of_a_buyer_is_both(house: House) -> None:
    house.tokens.issue(A_TOKEN, SHOPPING, a_standing(scopes=("x",), **OF_A_BUYER))

    alone = await house.admit(SHOPS, authorization=f"Bearer {A_TOKEN}")
    with_key = await house.admit(SHOPS, authorization=f"Bearer {A_TOKEN}", x_api_key="fsk_platform")

    assert alone == with_key
    assert (alone.client, alone.actor) == ("platform:agent", f"buyer:{ACCOUNT}")
    assert (alone.email, alone.customer_id) == ("ada@example.com", CustomerId("ada"))
    assert alone.scopes == {"x"}


async def test_the_token_of_another_platform_is_not_taken(house: House) -> None:
    house.tokens.issue(A_TOKEN, SHOPPING, a_standing(client="other", **OF_A_BUYER))

    with pytest.raises(Unknown):
        await house.admit(SHOPS, authorization=f"Bearer {A_TOKEN}", x_api_key="fsk_platform")


async def test_staff_may_do_what_their_token_says(house: House) -> None:
    house.tokens.issue(A_TOKEN, MERCHANT, a_standing(APPLICATION, "backoffice", **OF_STAFF))

    caller = await house.admit(READS, authorization=f"Bearer {A_TOKEN}")

    assert (caller.actor, caller.account_id, caller.client) == (f"staff:{ACCOUNT}", ACCOUNT, "")
    with pytest.raises(Overreach):
        await house.admit(WRITES, authorization=f"Bearer {A_TOKEN}")


async def test_an_application_in_its_own_name_is_a_client(house: House) -> None:
    standing = a_standing(APPLICATION, "backoffice", scopes=("orders:read",))
    house.tokens.issue(A_TOKEN, MERCHANT, standing)

    caller = await house.admit(READS, authorization=f"Bearer {A_TOKEN}")

    assert caller.actor == "client:backoffice"


async def test_a_token_is_good_for_its_audience_alone(house: House) -> None:
    house.tokens.issue(A_TOKEN, MERCHANT, a_standing(APPLICATION, **OF_STAFF))
    house.tokens.issue(OTHER_TOKEN, SHOPPING, a_standing())

    with pytest.raises(Unknown):
        await house.admit(SHOPS, authorization=f"Bearer {A_TOKEN}")
    with pytest.raises(Unknown):
        await house.admit(READS, authorization=f"Bearer {OTHER_TOKEN}")


async def test_no_platform_and_no_buyer_is_staff_whatever_scopes_they_come_with(
    house: House,
) -> None:
    scopes = ("orders:read",)
    house.tokens.issue(A_TOKEN, MERCHANT, a_standing(PLATFORM, scopes=scopes))
    buyer = {**OF_A_BUYER, "scopes": scopes}
    house.tokens.issue(OTHER_TOKEN, MERCHANT, a_standing(APPLICATION, **buyer))

    for shown in (A_TOKEN, OTHER_TOKEN, "fsk_platform"):
        with pytest.raises(Overreach):
            await house.admit(READS, authorization=f"Bearer {shown}")


async def test_no_machine_and_no_member_of_staff_is_a_platform(house: House) -> None:
    house.tokens.issue(A_TOKEN, SHOPPING, a_standing(PLATFORM, **OF_STAFF))
    house.tokens.issue(OTHER_TOKEN, SHOPPING, a_standing(APPLICATION))

    for shown in (A_TOKEN, OTHER_TOKEN, "fsk_reader"):
        with pytest.raises(Foreign):
            await house.admit(SHOPS, authorization=f"Bearer {shown}")


async def test_strangers_are_one_client_in_interop_mode_unless_they_show_something() -> None:
    house = House(is_interop=True)

    assert (await house.admit(SHOPS)).client == "interop"
    with pytest.raises(Unknown):
        await house.admit(SHOPS, x_api_key="fsk_another")
    with pytest.raises(Stranger):
        await house.admit(READS)


async def test_only_who_knows_the_secret_may_simulate() -> None:
    house = House(simulation_secret="known")
    declared = Declared("simulation")

    assert await house.admit(declared, simulation_secret="known") == Caller()
    for shown in ({}, {"simulation_secret": "guessed"}):
        with pytest.raises(Foreign):
            await house.admit(declared, **shown)
    with pytest.raises(Foreign):
        await House().admit(declared, simulation_secret="")


async def test_a_browser_in_which_nobody_has_signed_in_is_turned_away(house: House) -> None:
    with pytest.raises(SignedOut):
        await house.admit(Declared("session"))


async def test_while_identity_is_away_nobody_is_let_in(house: House) -> None:
    await house.admit(READS, x_api_key="fsk_reader")
    house.identity.failure = OutcomeUnknown("away")

    with pytest.raises(OutcomeUnknown):
        await house.admit(READS, x_api_key="fsk_other")


async def test_no_name_of_a_key_breaks_the_envelope(house: House) -> None:
    house.identity.employ("fsk_named", name="Käthe\n" * 100)

    caller = await house.admit(READS, x_api_key="fsk_named")

    assert caller.actor.startswith("machine:K\\xe4the\\n")
    assert len(caller.actor) == 200


@pytest.mark.parametrize("level", LEVELS)
async def test_every_level_is_known_at_the_gate(house: House, level: str) -> None:
    scope = "orders:read" if level == "staff" else ""
    try:
        await house.admit(Declared(level, scope))
    except NotAdmitted:
        is_open = False
    else:
        is_open = True

    assert is_open is (level in ("public", "link", "signed", "client"))
