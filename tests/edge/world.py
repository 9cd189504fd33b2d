"""A whole shop with something of everything in it, and all kinds of people who ask it for things."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI
from fastapi.testclient import TestClient
from joserfc.jwk import ECKey

from app.house import House
from app.main import create_apps
from app.oauth.issuer import Issuer
from app.oauth.minting import Mint
from app.settings import Settings
from domain.contracts.identity import (
    BUYER,
    SHOPPING_SCOPES,
    STAFF_SCOPES,
    AccountId,
    ClientId,
    GrantCode,
    GrantToClient,
    Identity,
    MakeApiKey,
    RedeemCode,
    RegisterClient,
    digest,
)
from infrastructure.shared.migrations.tables import migrate
from tests.conftest import a_shop
from tests.databases import all_tables
from tests.edge.declared import MODES
from tests.edge.identities import FakeIdentity
from tests.engines import asked
from tests.oauth.shop import (
    ACCOUNTS,
    BACK,
    ISSUER,
    MERCHANT,
    SHOPPING,
    SIGNED_IN,
    a_session,
    challenge_of,
    people,
    registered,
)
from tests.ucp.conftest import OWN_AGENT, Shop
from tests.ucp.fakes import FakeFulfillment, FakeOrdering
from tests.ucp.test_whole_shop import stock_up

OURS, THEIRS = "platform", "other"
"""Two platforms; what there is in the shop is of the first, in the name of a buyer."""
ANOTHER = AccountId(UUID(int=103))
"""A buyer of whom there is nothing in the shop."""
SECONDS = 60.0
"""For what comes by an event to be there."""
KEPT_APART = ("_outbox", "_inbox", "_leases", "_writers", "_deliveries")
"""What goes on by itself changes these, whoever asks for what."""
NOTED = "identity_audit"
USED = ("used_at", "seen_at")
TITLED = {"title": "Anything"}
MADE: dict[str, tuple[str, dict[str, Any]]] = {
    "customer_id": ("customers", {"email": "ada@example.org"}),
    "code": ("discounts", {"code": "TEN", "kind": "percentage", "value": 10, **TITLED}),
    "promotion_id": ("promotions", {"id": "p1", "minimum_subtotal": 100, **TITLED}),
    "tax_rate_id": ("tax-rates", {"country": "US", "basis_points": 700, **TITLED}),
    "key_id": ("api-keys", {"name": "till", "scopes": ["orders:read"]}),
}
"""What staff makes, by what it is called in an address."""


@dataclass
class World:
    """`names` are what things are called that stand in addresses; `shown` what callers
    show; `examples` are bodies, by address and method.
    """

    client: TestClient
    app: FastAPI
    settings: Settings
    names: dict[str, str] = field(default_factory=dict)
    shown: dict[str, Mapping[str, str]] = field(default_factory=dict)
    examples: dict[tuple[str, str], Any] = field(default_factory=dict)

    @property
    def house(self) -> House:
        house: House = self.app.state.house
        return house

    def call(self, call: Any, *messages: Any) -> Any:
        assert self.client.portal
        return self.client.portal.call(call, *messages)

    def lacking(self, scope: str) -> dict[str, Mapping[str, str]]:
        """What opens everything for staff, but for this: a key, and a token."""
        names = (f"a key without {scope}", f"a token without {scope}")
        return {name: self.shown[name] for name in names}

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that is kept, but for what goes on by itself and what is noted."""
        found = {}
        with asked(self.settings.database_url).connect() as connection:
            for table in all_tables():
                if not table.name.endswith(KEPT_APART) and table.name != NOTED:
                    kept = [column for column in table.c if column.name not in USED]
                    rows = connection.execute(table.select().with_only_columns(*kept))
                    found[table.name] = sorted((tuple(row) for row in rows), key=repr)
        return found

    async def _key(self, name: str, scopes: tuple[str, ...], client: str | None) -> str:
        made = await self.house.contract(Identity).make_api_key(
            MakeApiKey(name=name, scopes=scopes, client_id=ClientId(client) if client else None)
        )
        assert made.key
        return made.key

    async def _token(
        self, client: str, scopes: tuple[str, ...], audience: str, minutes_ago: int = 0
    ) -> str:
        """One that a client got for itself, some minutes ago."""
        granted = await self.house.contract(Identity).grant_to_client(
            GrantToClient(client_id=ClientId(client), scopes=scopes, audience=audience)
        )
        return self._mint(minutes_ago).access_token(granted.grant, scopes)[0]

    async def _of_buyer(self, client: str, account_id: AccountId) -> str:
        identity = self.house.contract(Identity)
        agreed = GrantCode(
            client_id=ClientId(client),
            account_id=account_id,
            redirect_uri=BACK,
            code_challenge=challenge_of(),
            scopes=SHOPPING_SCOPES,
            audience=SHOPPING,
            authenticated_at=SIGNED_IN,
        )
        code = (await identity.grant_code(agreed)).code
        redeem = RedeemCode(code_digest=digest(code), client_id=ClientId(client))
        granted = await identity.redeem_code(redeem)
        return self._mint(0).access_token(granted.grant, SHOPPING_SCOPES)[0]

    def _mint(self, minutes_ago: int) -> Mint:
        clock = self.house.clock
        ago = timedelta(minutes=minutes_ago)
        return Mint(Issuer(ISSUER), self.house.sign, lambda: clock() - ago, 600)

    def let_in(self) -> None:
        """Everybody who asks for something here."""
        identity = self.house.contract(Identity)
        for details in registered(ECKey.generate_key("P-256", auto_kid=True)):
            self.call(identity.register_client, RegisterClient(details=details))
        keys = {
            "staff": (STAFF_SCOPES, None),
            OURS: ((), OURS),
            THEIRS: ((), THEIRS),
        }
        for name, told in keys.items():
            self.shown[name] = {"x-api-key": self.call(self._key, name, *told)}
        tokens: dict[str, tuple[Any, ...]] = {
            "token of staff": ("application", STAFF_SCOPES, MERCHANT),
            "token of a platform": (OURS, SHOPPING_SCOPES, SHOPPING),
            "expired token of staff": ("application", STAFF_SCOPES, MERCHANT, 11),
            "expired token of a platform": (OURS, SHOPPING_SCOPES, SHOPPING, 11),
        }
        for name, granted in tokens.items():
            self.shown[name] = {"authorization": f"Bearer {self.call(self._token, *granted)}"}
        for scope in STAFF_SCOPES:
            rest = tuple(one for one in STAFF_SCOPES if one != scope)
            key = self.call(self._key, f"all but {scope}", rest, None)
            self.shown[f"a key without {scope}"] = {"x-api-key": key}
            token = self.call(self._token, "application", rest, MERCHANT)
            self.shown[f"a token without {scope}"] = {"authorization": f"Bearer {token}"}
        buyers = {"token of a buyer": ACCOUNTS[BUYER], "token of another buyer": ANOTHER}
        for name, account_id in buyers.items():
            token = self.call(self._of_buyer, OURS, account_id)
            self.shown[name] = {"authorization": f"Bearer {token}"}

    def fill(self) -> None:
        """Something that each address can name, made by those who may: staff, and a platform."""
        stock_up(self.client)
        shown = self.shown["token of a buyer"]
        ordering = FakeOrdering()
        shop = Shop(
            self.client,
            ordering,
            FakeFulfillment(ordering),
            FakeIdentity(),
            {"ucp-agent": OWN_AGENT, **shown},
        )
        self.names["dead_letter_id"] = f"evt_{'0' * 32}.inventory.allocate_stock"
        self.names |= {"product_id": "rose", "sku": "rose", "rate_id": "std", "client_id": OURS}
        self.names |= {
            "id of a checkout": shop.create()["id"],
            "account_id": str(ACCOUNTS["staff"]),
        }
        for name, (path, body) in MADE.items():
            reply = self.staff("POST", f"/v1/{path}", body)
            assert reply.status_code == 201, reply.text
            self.names[name] = reply.headers["location"].rpartition("/")[2]
        self._read_examples()
        if self.settings.payment_handlers != ("stripe",):
            self._order(shop)

    def _read_examples(self) -> None:
        document = self.client.get("/openapi.json").json()
        schemas = document["components"]["schemas"]
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                for content in operation.get("requestBody", {}).get("content", {}).values():
                    name = content["schema"].get("$ref", "").rpartition("/")[2]
                    for example in schemas.get(name, {}).get("examples", ())[:1]:
                        self.examples[path, method.upper()] = example

    def _order(self, shop: Shop) -> None:
        """One that was placed, of which something comes back."""
        self.names["order_id"] = self.names["id of an order"] = order = shop.order()
        parcel = {"carrier": "Post", "tracking_number": "1"}
        self._until_done(f"/v1/orders/{order}/shipments", parcel)
        line = self.staff("GET", f"/v1/orders/{order}").json()["lines"][0]["line_id"]
        back = {"lines": [{"line_id": line, "units": 1}]}
        self.names["return_id"] = self._until_done(f"/v1/orders/{order}/returns", back)["id"]
        self.names["payment_id"] = self.staff("GET", "/v1/payments").json()["items"][0]["id"]
        until = monotonic() + SECONDS
        while not self.staff("GET", "/v1/payments").json()["items"][0]["operations"]:
            assert monotonic() < until, "what was shipped was not captured"

    def _until_done(self, path: str, body: Any) -> Any:
        """What it is about comes by an event, which is on its way."""
        until = monotonic() + SECONDS
        while (reply := self.staff("POST", path, body)).status_code != 201:
            assert monotonic() < until, reply.text
        return reply.json()

    def staff(self, method: str, path: str, body: Any = None) -> Any:
        headers = {**self.shown["staff"], "idempotency-key": "made", "if-match": "*"}
        return self.client.request(method, path, json=body, headers=headers)


@contextmanager
def a_world(folder: Path, mode: str) -> Iterator[World]:
    settings = Settings(**a_shop(folder, public_url=ISSUER, **MODES[mode]))
    with start_blocking_portal() as portal:
        portal.call(migrate, settings)
    another = replace(a_session(BUYER).account, account_id=ANOTHER, email="another@example.com")
    people(settings.database_url, another)
    app, _ = create_apps(settings)
    with TestClient(app, follow_redirects=False) as client:
        world = World(client, app, settings)
        world.let_in()
        world.fill()
        yield world
