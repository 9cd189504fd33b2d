"""Everything that is done with secrets, once: what was told in it, and what was answered."""

from dataclasses import dataclass, field

from tests.identity.letters import ticket_to
from tests.oauth.forms import Browser
from tests.oauth.shop import BACK, VERIFIER, Told
from tests.security.attacked import Attacked, a_name, answered, cookie

FIRST, SECOND, THIRD = (f"{word} horse battery staple" for word in ("first", "second", "third"))
GUESS = "a guess that nobody would make"


@dataclass
class Flows:
    """`secrets` are by what they open; `refusals` are what was answered to what did not succeed."""

    shop: Attacked
    email: str
    secrets: dict[str, str] = field(default_factory=dict)
    refusals: list[Told] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)

    def refused(self, told: Told) -> None:
        assert 400 <= told.status < 500, told
        self.refusals.append(told)


async def all_of_them(shop: Attacked) -> Flows:
    flows = Flows(shop, f"{a_name('buyer')}@example.com", dict(shop.secrets))
    async with shop.browser() as browser:
        await _have_an_account(flows, browser)
        await _link(flows, browser)
        await _reset(flows, browser)
    await _keys_and_clients(flows)
    await _guesses(flows)
    return flows


async def _have_an_account(flows: Flows, browser: Browser) -> None:
    page = await browser.open("/sign-up")
    flows.secrets["visit"] = cookie(browser, "visit")
    flows.secrets["first password"] = FIRST
    await browser.send(page, email=flows.email, new=FIRST)
    flows.secrets["ticket to confirm"] = await _follow(flows, browser, "Confirm", password=FIRST)
    await _sign_in(flows, browser, FIRST, "first session")
    page = await browser.open("/account")
    flows.secrets["second password"] = SECOND
    page = await browser.send(page, old=FIRST, new=SECOND)
    assert page.status == 200
    page = await browser.open("/account")
    page = await browser.send(page, old=GUESS, new=THIRD)
    assert page.status == 422
    flows.pages.append(page.text)


async def _sign_in(flows: Flows, browser: Browser, password: str, name: str) -> None:
    page = await browser.open("/sign-in")
    page = await browser.send(page, email=flows.email, password=password)
    assert page.status == 200, page.text
    flows.secrets[name] = cookie(browser, "session")
    assert flows.secrets[name]


async def _follow(flows: Flows, browser: Browser, about: str, **filled: str) -> str:
    """The ticket in the newest letter, whose link was opened."""
    ticket = await ticket_to(flows.shop.mail, flows.email, about)
    page = await browser.open(f"/{'reset' if 'new' in filled else 'confirm'}?ticket={ticket}")
    page = await browser.send(page, **filled)
    assert page.status == 200, page.text
    return ticket


async def _link(flows: Flows, browser: Browser) -> None:
    shop = flows.shop
    page = await browser.open(f"/authorize?{shop.query(nonce='a-nonce')}")
    page = await browser.send(page, press="allow")
    code = flows.secrets["code"] = answered(page.location)["code"]
    flows.secrets["verifier"] = VERIFIER
    tokens = (await shop.redeems(code)).body
    flows.secrets["access token"] = tokens["access_token"]
    flows.secrets["id token"] = tokens["id_token"]
    flows.secrets["first refresh token"] = tokens["refresh_token"]
    refreshed = (await shop.refreshes(tokens["refresh_token"])).body
    flows.secrets["second access token"] = refreshed["access_token"]
    flows.secrets["second refresh token"] = refreshed["refresh_token"]
    for token in (refreshed["access_token"], tokens["id_token"]):
        bearer = {"authorization": f"Bearer {token}"}
        await shop.posts("/oauth/userinfo", "", bearer)
        flows.refused(await shop.asks("GET", "/v1/staff", headers={"x-api-key": "", **bearer}))
    await shop.posts("/oauth/introspect", {"token": refreshed["access_token"]}, shop.shown())


async def _reset(flows: Flows, browser: Browser) -> None:
    page = await browser.open("/forgot")
    await browser.send(page, email=flows.email)
    flows.secrets["third password"] = THIRD
    flows.secrets["ticket to reset"] = await _follow(flows, browser, "Choose a new", new=THIRD)
    await _sign_in(flows, browser, THIRD, "last session")


async def _keys_and_clients(flows: Flows) -> None:
    shop = flows.shop
    made = await shop.asks("POST", "/v1/api-keys", {"name": "till", "scopes": ["orders:read"]})
    flows.secrets["key of a till"] = made.body["key"]
    other = await shop.registers(name := a_name())
    flows.secrets["first secret of another client"] = other.body["secret"]
    renewed = await shop.asks("POST", f"/v1/clients/{name}/secret")
    flows.secrets["second secret of another client"] = renewed.body["secret"]
    flows.refused(await shop.asks("POST", "/v1/staff", {"email": GUESS, "role": "owner"}))


async def _guesses(flows: Flows) -> None:
    """What is shown and is not good, or not any more, is nobody's to read either."""
    shop, told = flows.shop, flows.secrets
    for name in ("key that was guessed", "token that was guessed"):
        told[name] = f"fsk_{a_name(name.replace(' ', '-'))}"
    shown = {"x-api-key": told["key that was guessed"]}
    flows.refused(await shop.asks("GET", "/v1/staff", headers=shown))
    flows.refused(await shop.refreshes(told["token that was guessed"]))
    flows.refused(await shop.redeems(told["code"]))
    flows.refused(await shop.redeems(told["code"], redirect_uri=f"{BACK}/{GUESS}"))
    flows.refused(await shop.refreshes(told["first refresh token"]))
    said = {"grant_type": "client_credentials", "client_secret": told["client"]}
    flows.refused(await shop.posts("/oauth/token", {**said, "client_id": shop.client_id}))
    wrong = shop.shown(told["first secret of another client"])
    flows.refused(await shop.posts("/oauth/token", {"grant_type": "client_credentials"}, wrong))
    async with shop.browser() as browser:
        page = await browser.open("/sign-in")
        told["password that was guessed"] = GUESS
        page = await browser.send(page, email=flows.email, password=GUESS)
        flows.pages.append(page.text)
        for path in ("/reset", "/confirm"):
            page = await browser.open(f"{path}?ticket={told['ticket to reset']}")
            if page.forms and "ticket" in page.forms[-1].fields:
                filled = {"new" if path == "/reset" else "password": THIRD}
                page = await browser.send(page, **filled)
                assert page.status == 404
            flows.pages.append(page.text)
