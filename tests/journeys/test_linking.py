"""A buyer lets a platform speak for them, and takes it back: in one process, and with identity apart."""

from asyncio import sleep, timeout
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import ClientSession

from app.settings import CONTEXTS
from tests.conftest import a_shop
from tests.engines import Databases
from tests.hired import registered
from tests.journeys.shopper import Reply, Shopper, agent_at
from tests.oauth.buyers import agree, join
from tests.oauth.forms import Browser, a_browser
from tests.oauth.shop import VERIFIER, answer, challenge_of
from tests.processes import Process

ORDERS, CHECKOUTS = "dev.ucp.shopping.order:read", "dev.ucp.shopping.checkout:manage"
BACK = "https://agent.example/back"
KNOWN = "john.doe@example.com"
REST = ",".join(context for context in CONTEXTS if context != "identity")
SHIPPED = {"methods": [{"type": "shipping"}]}


@dataclass(frozen=True)
class Linking:
    """A shop whose orders nobody reads without their buyer. `door` is where accounts are; `agent`
    and `other` are platforms, by their API keys.
    """

    door: str
    agent: Shopper
    other: Shopper
    mail: Path

    async def tokens(self, browser: Browser, *scopes: str) -> dict[str, Any]:
        """What the platform `agent` gets of whoever has signed in there, and agrees."""
        asked = {
            "response_type": "code",
            "client_id": "agent",
            "redirect_uri": BACK,
            "scope": " ".join(scopes or (ORDERS, CHECKOUTS)),
            "code_challenge": challenge_of(),
            "code_challenge_method": "S256",
            "state": "a state",
        }
        told = answer(await agree(browser, f"/authorize?{urlencode(asked)}"))
        assert (told["iss"], told["state"]) == (self.door, "a state")
        redeemed = {"grant_type": "authorization_code", "code": told["code"]}
        proof = {"redirect_uri": BACK, "code_verifier": VERIFIER}
        status, tokens = await self.posts("/oauth/token", **redeemed, **proof)
        assert status == 200, tokens
        return tokens

    async def posts(self, path: str, **form: str) -> tuple[int, dict[str, Any]]:
        data = {"client_id": "agent", **form}
        async with self.agent.client.post(f"{self.door}{path}", data=data) as reply:
            return reply.status, await reply.json() or {}

    def speaking(self, tokens: dict[str, Any]) -> Shopper:
        """The platform, in the name of whoever it has the tokens of."""
        return replace(self.agent, key=None, token=tokens["access_token"])

    async def is_over(self, shopper: Shopper, path: str) -> Reply:
        """What it is told once its token opens nothing: within a second, or `TimeoutError`."""
        async with timeout(1):
            while (reply := await shopper.ask("GET", path)).status != 401:  # noqa: ASYNC110
                await sleep(0.02)
        return reply


@pytest.fixture(params=["one process", "identity apart"])
def processes(
    request: pytest.FixtureRequest,
    kind: str,
    kept: dict[str, str],
    made: Databases,
    tmp_path: Path,
) -> Iterator[tuple[Process, Process]]:
    """Where accounts are, and where things are sold. They are called what the first one is."""

    def own(folder: Path) -> dict[str, str]:
        if kind == "mixed":
            return kept
        url = made.copy(kept["database_url"], folder)
        stack.callback(made.drop, url)
        return {"database_url": url}

    def process(name: str, contexts: str) -> Process:
        folder = tmp_path / name
        folder.mkdir()
        settings = a_shop(folder, gated_scopes=ORDERS, contexts=contexts, **own(folder))
        return Process(settings, folder / "log")

    with ExitStack() as stack:
        if request.param == "one process":
            door = shop = process("shop", ",".join(CONTEXTS))
        else:
            door, shop = process("door", "identity"), process("shop", REST)
            for one in (door, shop):
                placed = {f"{name}_url": shop.internal_url for name in CONTEXTS}
                one.settings |= {**placed, "identity_url": door.internal_url}
        for one in (door, shop):
            one.settings["public_url"] = door.url
            stack.callback(one.kill)
        yield door, shop


@pytest.fixture
async def linking(processes: tuple[Process, Process], client: ClientSession) -> Linking:
    door, shop = processes
    folder = door.log.parent
    told = a_shop(folder, database_url=door.database_of("identity"))
    agent = await registered(told, "agent")
    other = await registered(told, "other")
    for one in {id(one): one for one in (shop, door)}.values():
        one.start()
    speaks = agent_at(f"{door.url}/ucp/v1")
    platform = Shopper(client, f"{shop.url}/ucp/v1", key=agent, agent=speaks)
    return Linking(door.url, platform, replace(platform, key=other), folder / "mail")


async def test_a_platform_finds_out_how_to_link(
    linking: Linking, processes: tuple[Process, Process], client: ClientSession
) -> None:
    """OAU-1, OAU-5 to OAU-7, OAU-17, OAU-21, OAU-25: each says where the next is."""
    _, shop = processes
    nothing = f"/orders/ord_{'0' * 32}"

    async with client.get(f"{shop.url}/.well-known/ucp") as reply:
        (profile,) = (await reply.json())["ucp"]["capabilities"]["dev.ucp.common.identity_linking"]
    async with client.get(f"{linking.door}/.well-known/oauth-authorization-server") as reply:
        metadata, status = await reply.json(), reply.status
    refused = await linking.agent.ask("GET", nothing)
    said = dict(
        part.split("=", 1) for part in refused.challenge.removeprefix("Bearer ").split(", ")
    )
    async with client.get(said["resource_metadata"].strip('"')) as reply:
        resource = await reply.json()

    assert (status, metadata["issuer"]) == (200, linking.door)
    assert list(profile["config"]["scopes"]) == [ORDERS]
    assert {ORDERS, CHECKOUTS} <= set(metadata["scopes_supported"])
    assert (refused.status, refused.codes) == (401, ["identity_required"])
    assert said["realm"] == f'"{linking.door}"'
    assert "error" not in said
    assert resource["resource"] == f"{linking.door}/ucp/v1"
    assert resource["authorization_servers"] == [linking.door]


@pytest.mark.ucp("OAU-4", "OAU-15")
async def test_a_buyer_links_a_platform_and_takes_it_back(linking: Linking) -> None:
    """UCP section 22, ORD-16: their addresses and orders, nobody else's, and no longer than they want."""
    async with a_browser(linking.door) as hers, a_browser(linking.door) as his:
        await join(hers, linking.mail, KNOWN)
        tokens = await linking.tokens(hers)
        await join(his, linking.mail, "somebody.else@example.com")
        strange = linking.speaking(await linking.tokens(his))
    speaking = linking.speaking(tokens)

    # their addresses, and who they are
    opened = await speaking.create("bouquet_roses", fulfillment=SHIPPED)
    (method,) = opened.body["fulfillment"]["methods"]
    home, *_ = [place["id"] for place in method["destinations"]]
    assert opened.body["buyer"]["email"] == KNOWN
    chosen = {
        "methods": [
            {
                "type": "shipping",
                "destinations": method["destinations"],
                "selected_destination_id": home,
                "groups": [{"selected_option_id": "std-ship"}],
            }
        ]
    }
    ready = await speaking.update(opened.body, fulfillment=chosen)
    assert ready.body["status"] == "ready_for_complete", ready.body
    placed = (await speaking.complete(ready.body["id"])).body["order"]["id"]

    # their orders, whoever placed them
    bought = await linking.other.ready("bouquet_roses", buyer={"email": KNOWN.upper()})
    elsewhere = (await linking.other.complete(bought["id"])).body["order"]["id"]
    for order in (placed, elsewhere):
        seen = await speaking.order(order)
        assert (seen.status, seen.body["id"]) == (200, order)
        assert (await linking.agent.order(order)).codes == ["identity_required"]

    # nobody else's
    assert (await strange.checkout(opened.body["id"])).codes == ["not_found"]
    assert (await strange.update(opened.body)).codes == ["not_found"]
    assert (await strange.complete(opened.body["id"])).codes == ["not_found"]
    for order in (placed, elsewhere):
        assert (await strange.order(order)).codes == ["unauthorized"]
    for shopper in (strange, linking.agent, linking.other):
        named = await shopper.create("bouquet_roses", buyer={"email": KNOWN}, fulfillment=SHIPPED)
        (method,) = named.body["fulfillment"]["methods"]
        assert method["destinations"] == []

    # no longer than they want
    status, _ = await linking.posts("/oauth/revoke", token=tokens["refresh_token"])
    over = await linking.is_over(speaking, f"/orders/{placed}")
    assert (status, over.codes) == (200, ["identity_required"])
    assert 'error="invalid_token"' in over.challenge
    assert (await speaking.checkout(opened.body["id"])).status == 401
    assert (await linking.agent.checkout(opened.body["id"])).body["status"] == "completed"
    assert (await strange.order(placed)).codes == ["unauthorized"]


@pytest.mark.thorough
async def test_a_buyer_unlinks_a_platform_at_their_account(linking: Linking) -> None:
    async with a_browser(linking.door) as hers:
        await join(hers, linking.mail, KNOWN)
        speaking = linking.speaking(await linking.tokens(hers, ORDERS))
        missing = f"/orders/ord_{'0' * 32}"
        assert (await speaking.ask("GET", missing)).codes == ["not_found"]

        page = await hers.open("/account/platforms")
        await hers.send(page, client="agent")

        over = await linking.is_over(speaking, missing)
    assert over.codes == ["identity_required"]
