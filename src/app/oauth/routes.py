"""Where clients come by themselves: tokens, what becomes of them, and what is to be known before."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic_core import to_json
from starlette.exceptions import HTTPException

from app.edge.access import declared
from app.edge.acting import acting
from app.edge.plain import Plain
from app.edge.tokens import Tokens
from app.oauth import metadata
from app.oauth.assertions import Assertions
from app.oauth.clients import Clients
from app.oauth.errors import UNKEPT, OAuthError, answered
from app.oauth.introspect import Introspection
from app.oauth.issuer import Issuer
from app.oauth.minting import Mint
from app.oauth.parameters import MOST_BYTES, Parameters, Unreadable, read
from app.oauth.revoke import Revocation
from app.oauth.token import TokenEndpoint
from app.oauth.userinfo import UserInfo
from domain.contracts.identity import ClientDetails, FindVerificationKeys, Identity

PREFIX = "/oauth"
WELL_KNOWN = ("/.well-known/oauth-", "/.well-known/openid-")
FORM = "application/x-www-form-urlencoded"
CLIENT: dict[str, Any] = declared("client")
PUBLIC: dict[str, Any] = declared("public")
HOUR, MINUTES = "public, max-age=3600", "public, max-age=300"


def is_at(path: str) -> bool:
    """Whether this is one of these addresses."""
    return path.startswith((f"{PREFIX}/", *WELL_KNOWN))


@dataclass(frozen=True)
class Desk:
    """Whom a form is from, and what it says."""

    clients: Clients

    async def asked(self, request: Request) -> tuple[Parameters, ClientDetails]:
        """Raises `OAuthError`."""
        if request.url.query:
            raise OAuthError("invalid_request", "Parameters are sent in the body.")
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media != FORM:
            raise OAuthError("invalid_request", f"The body is {FORM}.")
        body = await request.body()
        if len(body) > MOST_BYTES:
            raise HTTPException(413)
        try:
            said = read(body)
        except Unreadable:
            raise OAuthError("invalid_request", "The body could not be read.") from None
        headers = request.headers.getlist("authorization")
        return said, await self.clients.proven(headers, said)


def router(identity: Identity, tokens: Tokens, mint: Mint) -> APIRouter:
    routes = APIRouter(route_class=_Worded, include_in_schema=False)
    issuer, clock = mint.issuer, mint.clock
    desk = Desk(Clients(identity, Assertions(identity, issuer, clock)))
    _add_endpoints(routes, desk, identity, tokens, mint)
    _add_user_info(routes, UserInfo(tokens, issuer))
    _add_metadata(routes, issuer)

    @routes.get(f"{PREFIX}/jwks", openapi_extra=PUBLIC)
    async def jwks(_: Request) -> Response:
        """What tokens are verified with."""
        keys = await identity.find_verification_keys(FindVerificationKeys())
        return Response(keys.jwks, 200, {"cache-control": MINUTES}, "application/json")

    return routes


def _add_endpoints(
    routes: APIRouter, desk: Desk, identity: Identity, tokens: Tokens, mint: Mint
) -> None:
    token_endpoint = TokenEndpoint(identity, mint.issuer, mint)
    revocation = Revocation(identity, tokens, mint.issuer)
    introspection = Introspection(tokens, mint.issuer)

    @routes.post(f"{PREFIX}/token", openapi_extra=CLIENT)
    async def token(request: Request) -> Response:
        said, client = await desk.asked(request)
        with acting(f"client:{client.client_id}"):
            return _told(await token_endpoint.answered(said, client))

    @routes.post(f"{PREFIX}/revoke", openapi_extra=CLIENT)
    async def revoke(request: Request) -> Response:
        said, client = await desk.asked(request)
        with acting(f"client:{client.client_id}"):
            await revocation.revoke(said, client)
        return _told({})

    @routes.post(f"{PREFIX}/introspect", openapi_extra=CLIENT)
    async def introspect(request: Request) -> Response:
        said, client = await desk.asked(request)
        return _told(await introspection.told(said, client))


def _add_user_info(routes: APIRouter, info: UserInfo) -> None:
    @routes.get(f"{PREFIX}/userinfo", openapi_extra=CLIENT)
    @routes.post(f"{PREFIX}/userinfo", openapi_extra=CLIENT)
    async def user_info(request: Request) -> Response:
        """Whoever comes without a good token learns nothing."""
        return _told(await info.told(request.headers.get("authorization", "")))


def _add_metadata(routes: APIRouter, issuer: Issuer) -> None:
    """Made once: they say the same to everybody."""
    resource = "/.well-known/oauth-protected-resource"
    pages = {
        "/.well-known/oauth-authorization-server": metadata.of_server(issuer),
        "/.well-known/openid-configuration": metadata.of_provider(issuer),
        resource: metadata.of_resource(issuer, issuer.url),
        f"{resource}/ucp/v1": metadata.of_resource(issuer, issuer.shopping),
        f"{resource}/v1": metadata.of_resource(issuer, issuer.merchant),
    }
    for path, told in pages.items():
        routes.add_api_route(path, _always(to_json(told)), openapi_extra=PUBLIC)


def _always(body: bytes) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    async def told(_: Request) -> Response:
        return Response(body, 200, {"cache-control": HOUR}, "application/json")

    return told


def _told(answer: Mapping[str, Any]) -> Response:
    return Response(to_json(answer), 200, UNKEPT, "application/json")


class _Worded(Plain):
    """Failures are answered in OAuth's own words."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except Exception as failure:  # noqa: BLE001  # strangers get no traceback
                return answered(failure)

        return handle
