"""The authorization endpoint (RFC 6749, 3.1): what is asked there, and what the client is told.

Nothing of it is answered by itself: pages ask who it is and what they agree to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from authlib.oauth2 import OAuth2Error

from app.oauth.audience import scopes_in, target
from app.oauth.errors import OAuthError, worded
from app.oauth.grants import Asking, Registered, Server
from app.oauth.issuer import Issuer
from app.oauth.parameters import Parameters, Unreadable, read
from app.oauth.redirects import answering, is_registered
from app.oauth.registered import found
from domain.contracts.identity import ClientDetails, GrantCode, Identity, SessionDetails

PROMPTS = frozenset(("none", "login", "consent", "select_account"))
LONGEST_NONCE = 300
UNSUPPORTED = {
    "request": "request_not_supported",
    "request_uri": "request_uri_not_supported",
    "registration": "registration_not_supported",
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a client asks for, found good in every detail: its owner may be asked to agree.

    `scopes` are without repetition, in the order in which we list them. `account_kind` is whose
    agreement counts: a buyer's or staff's. `prompts` are of `none`, `login`, `consent` and
    `select_account`; `none` comes alone, and then no page may be shown: answer by `refused`.
    """

    client: ClientDetails
    redirect_uri: str
    scopes: tuple[str, ...]
    audience: str
    account_kind: str
    code_challenge: str
    state: str | None = None
    nonce: str | None = None
    prompts: frozenset[str] = frozenset()
    max_age_seconds: int | None = None

    def is_signed_in(self, session: SessionDetails, now: datetime) -> bool:
        """Whether this session will do: of the right kind of account, and young enough."""
        age = (now - session.signed_in_at).total_seconds()
        is_fresh = self.max_age_seconds is None or age <= self.max_age_seconds
        return is_fresh and session.account.kind == self.account_kind


@dataclass
class Unredirectable(Exception):
    """Nobody knows to whom an answer would go: a page says so (400), and links to nowhere."""

    because: str


@dataclass
class Redirected(Exception):
    """The client is told that it asked for something wrong: the browser is sent there (303)."""

    location: str


@dataclass(frozen=True)
class Authorization:
    identity: Identity
    issuer: Issuer

    async def asked(self, query: str) -> Asked:
        """Read an authorization request: the query of its address as it came, without `?`.

        Raises `Unredirectable` or `Redirected`. A form that asks for agreement carries the query
        along, and it is read again when that comes back.
        """
        said = _readable(query)
        client = await found(self.identity, said.get("client_id"))
        if client is None:
            raise Unredirectable("This client is not known here.")
        redirect_uri = said.get("redirect_uri")
        if redirect_uri is None or not is_registered(redirect_uri, client.redirect_uris):
            raise Unredirectable("This is no address that the client is registered with.")
        try:
            return self._asked(said, client, redirect_uri)
        except OAuthError as no:
            told = {"error": no.error, "error_description": no.description}
            raise Redirected(self._answer(redirect_uri, said.get("state"), **told)) from None

    async def granted(
        self, asked: Asked, session: SessionDetails, scopes: tuple[str, ...] | None = None
    ) -> str:
        """Where the browser is sent (303) once the owner of the session has agreed: to these
        scopes, or to all. Raises `UnknownAccount` or `UnknownClient` where they are disabled.
        """
        agreed = tuple(one for one in asked.scopes if scopes is None or one in scopes)
        if not agreed or session.account.kind != asked.account_kind:
            return self.denied(asked)
        message = GrantCode(
            client_id=asked.client.client_id,
            account_id=session.account.account_id,
            redirect_uri=asked.redirect_uri,
            code_challenge=asked.code_challenge,
            scopes=agreed,
            audience=asked.audience,
            authenticated_at=session.signed_in_at,
            nonce=asked.nonce,
        )
        granted = await self.identity.grant_code(message)
        return self._answer(asked.redirect_uri, asked.state, code=granted.code)

    def denied(self, asked: Asked) -> str:
        """Where the browser is sent (303) once somebody has said no."""
        return self.refused(asked, "access_denied")

    def refused(self, asked: Asked, error: str) -> str:
        """Where the browser is sent (303): `login_required`, `consent_required` or
        `interaction_required`, if that may not be asked (`prompt=none`).
        """
        return self._answer(asked.redirect_uri, asked.state, error=error)

    def _answer(self, redirect_uri: str, state: str | None, **said: str) -> str:
        """Each says from whom it is (RFC 9207)."""
        return answering(redirect_uri, **said, state=state, iss=self.issuer.url)

    def _asked(self, said: Parameters, client: ClientDetails, redirect_uri: str) -> Asked:
        _require_understood(said)
        scopes = scopes_in(said.get("scope"))
        try:
            Server(Asking("GET", said.values, Registered(client))).require_authorizable()
        except OAuth2Error as no:
            raise worded(no) from None
        audience = target(self.issuer, client, said.get("resource"), scopes)
        return Asked(
            client=client,
            redirect_uri=redirect_uri,
            scopes=scopes,
            audience=audience,
            account_kind=self.issuer.account_kind(audience),
            code_challenge=said.values["code_challenge"],
            state=said.get("state"),
            nonce=_nonce(said.values),
            prompts=_prompts(said.values),
            max_age_seconds=_max_age(said.values),
        )


def _readable(query: str) -> Parameters:
    try:
        said = read(query)
    except Unreadable:
        raise Unredirectable("The address could not be read.") from None
    if said.repeated & {"client_id", "redirect_uri"}:
        raise Unredirectable("The address says one thing more than once.")
    return said


def _require_understood(said: Parameters) -> None:
    if "resource" in said.repeated:
        raise OAuthError("invalid_target", "A token is for one resource.")
    if said.repeated:
        raise OAuthError("invalid_request", "A parameter was sent more than once.")
    for name, error in UNSUPPORTED.items():
        if said.get(name):
            raise OAuthError(error, "Parameters are sent by themselves.")
    if said.get("response_mode") not in (None, "query"):
        raise OAuthError("invalid_request", "The response_mode is query.")
    if said.get("response_type") is None:
        raise OAuthError("invalid_request", "The response_type is missing.")
    if said.get("response_type") != "code":
        raise OAuthError("unsupported_response_type", "The response_type is code.")


def _nonce(said: Mapping[str, str]) -> str | None:
    if len(said.get("nonce", "")) > LONGEST_NONCE:
        raise OAuthError("invalid_request", f"A nonce has {LONGEST_NONCE} letters at the most.")
    return said.get("nonce")


def _prompts(said: Mapping[str, str]) -> frozenset[str]:
    prompts = frozenset(said.get("prompt", "").split())
    if not prompts <= PROMPTS or ("none" in prompts and len(prompts) > 1):
        raise OAuthError("invalid_request", "There is no such prompt.")
    return prompts


def _max_age(said: Mapping[str, str]) -> int | None:
    text = said.get("max_age")
    if text is not None and not (text.isascii() and text.isdigit() and len(text) < 10):
        raise OAuthError("invalid_request", "The max_age is a number of seconds.")
    return None if text is None else int(text)
