"""A client of the shop's own, which works with the merchant API by access tokens."""

from aiohttp import ClientSession, encode_basic_auth

from app.house import opened
from app.settings import Settings
from domain.contracts.identity import (
    APPLICATION,
    ClientDetails,
    ClientId,
    Identity,
    RegisterClient,
)

CLIENT = "bench-machine"
SCOPES = ("catalog:read", "orders:read")
SCOPE = " ".join(SCOPES)


class NotGranted(Exception):
    """A token that was due was not given; says what was answered."""


async def hired(settings: Settings) -> str:
    """Make it known; its secret. Tables are there."""
    details = ClientDetails(
        client_id=ClientId(CLIENT), name="Machine of the bench", kind=APPLICATION, scopes=SCOPES
    )
    async with opened(settings) as house:
        made = await house.contract(Identity).register_client(RegisterClient(details=details))
    return str(made.secret)


def shown(secret: str) -> dict[str, str]:
    """The headers by which it shows that it is itself."""
    return {"authorization": encode_basic_auth(CLIENT, secret)}


def asking(audience: str) -> dict[str, str]:
    """For a token, for this audience."""
    return {"grant_type": "client_credentials", "scope": SCOPE, "resource": audience}


async def a_token(url: str, secret: str) -> str:
    """One of a shop's at this address, for its merchant API."""
    async with (
        ClientSession(headers=shown(secret)) as client,
        client.post(f"{url}/oauth/token", data=asking(f"{url}/v1")) as answered,
    ):
        if answered.status != 200:
            raise NotGranted(f"{answered.status} {await answered.text()}")
        return str((await answered.json())["access_token"])
