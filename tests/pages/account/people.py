"""People who have accounts, and programs that want something of them."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from functools import partial
from hashlib import sha256
from itertools import count
from pathlib import Path
from re import search
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

from aiohttp import ClientSession

from domain.contracts.identity import (
    APPLICATION,
    AccountId,
    AddStaff,
    ClientDetails,
    ClientId,
    ConfirmEmail,
    GrantCode,
    GrantDetails,
    Identity,
    RedeemCode,
    RegisterClient,
    SignUp,
    digest,
)
from infrastructure.shared.calls.http_line import over_http
from infrastructure.shared.calls.wire import far
from tests.conftest import SEAL
from tests.journeys.waiting import wait_for

PASSWORD = "four flowers in a vase"
VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
SCOPES = ("dev.ucp.shopping.checkout:manage", "dev.ucp.shopping.order:read")
BACK = "https://agent.example/back"
NUMBERS = count(1)


def identity_of(inside: ClientSession) -> Identity:
    return far(Identity, partial(over_http, inside, SEAL, Identity))


@dataclass(frozen=True)
class Letters:
    """What was sent, as files."""

    folder: Path

    def to(self, email: str) -> list[str]:
        """The texts, oldest first."""
        files = sorted(self.folder.glob("*.eml"))
        letters = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
        return [letter.get_content() for letter in letters if letter["To"] == email]

    async def link_to(self, email: str, path: str) -> str:
        """The newest link to there, without the host, once it has come."""
        found: list[str] = []

        def has_come() -> bool:
            links = [search(rf"{path}\?ticket=\S+", text) for text in self.to(email)]
            found[:] = [link[0] for link in links if link]
            return bool(found)

        await wait_for(f"a letter to {email} with a link to {path}", has_come)
        return found[-1]


def ticket_in(link: str) -> str:
    return parse_qs(urlsplit(link).query)["ticket"][0]


@dataclass(frozen=True)
class People:
    """Each from a place of their own, so that nobody waits for another's mistakes."""

    identity: Identity
    letters: Letters
    audience: str
    ids: dict[str, AccountId] = field(default_factory=dict)

    def name(self) -> str:
        return f"{uuid4().hex[:8]}@example.com"

    async def signed_up(self, email: str = "") -> str:
        email, source = email or self.name(), f"198.51.{next(NUMBERS) % 250}.1"
        await self.identity.sign_up(SignUp(email=email, password=PASSWORD, source=source))
        return email

    async def confirmed(self, email: str = "") -> str:
        email = await self.signed_up(email)
        ticket = ticket_in(await self.letters.link_to(email, "/confirm"))
        confirm = ConfirmEmail(ticket_digest=digest(ticket), password=PASSWORD)
        account = await self.identity.confirm_email(confirm)
        self.ids[email] = account.account_id
        return email

    async def linked(self, email: str, asking: "Asking") -> GrantDetails:
        """As if they had agreed to what it asks."""
        granted = await self.identity.grant_code(
            GrantCode(
                client_id=ClientId(asking.client_id),
                account_id=self.ids[email],
                redirect_uri=asking.redirect_uri,
                code_challenge=CHALLENGE,
                scopes=asking.scopes,
                audience=asking.audience,
                authenticated_at=datetime.now(UTC),
            )
        )
        return await self.redeemed(asking, granted.code)

    async def redeemed(self, asking: "Asking", code: str) -> GrantDetails:
        redeem = RedeemCode(code_digest=digest(code), client_id=ClientId(asking.client_id))
        return (await self.identity.redeem_code(redeem)).grant

    async def employed(self, role: str = "manager") -> str:
        email = self.name()
        add = AddStaff(email=email, role=role, password=PASSWORD)
        self.ids[email] = (await self.identity.add_staff(add)).account_id
        return email

    async def client(self, **details: Any) -> "Asking":
        client_id = ClientId(f"agent-{uuid4().hex[:8]}")
        told: dict[str, Any] = {
            "name": "Agent",
            "redirect_uris": (BACK,),
            "scopes": SCOPES,
            "profile_url": "https://agent.example/ucp.json",
            **details,
        }
        await self.identity.register_client(
            RegisterClient(details=ClientDetails(client_id=client_id, **told))
        )
        return Asking(client_id, told["redirect_uris"][0], told["scopes"], self.audience)

    async def application(self, **details: Any) -> "Asking":
        told = {"kind": APPLICATION, "profile_url": None, "scopes": ("orders:read",), **details}
        return await self.client(**told)


@dataclass(frozen=True)
class Asking:
    """A client that asks; `more` is what it says besides."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    audience: str = ""
    more: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        said = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(self.scopes),
            "state": "state-of-the-client",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **self.more,
        }
        return f"/authorize?{urlencode(said)}"

    def saying(self, **more: str) -> "Asking":
        return replace(self, more={**self.more, **more})

    def wanting(self, *scopes: str) -> "Asking":
        return replace(self, scopes=scopes)


def answer_in(location: str) -> dict[str, str]:
    """What a client is told by the address that a browser is sent to."""
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
