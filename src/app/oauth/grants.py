"""What Authlib decides, of what has been fetched already: nothing here waits for anything.

Its defaults are not ours: docs/decisions/0031-authlib-without-io.md says what, and why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    ClientMixin,
    InvalidClientError,
    InvalidGrantError,
    InvalidRequestError,
    OAuth2Request,
    grants,
)
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc7636 import CodeChallenge

from app.oauth.issuer import SCOPES
from app.oauth.redirects import is_registered
from domain.contracts.identity import (
    ASSERTION,
    NONE,
    RESOURCE,
    SECRET,
    ClientDetails,
    CodeDetails,
    GrantDetails,
)

AUTH_METHODS = [ASSERTION, SECRET, NONE]
TLS_ENDS_BEFORE_US = "https://here.invalid/"
S256_LETTERS = 43


@dataclass(frozen=True)
class Registered(ClientMixin):
    """A client as Authlib sees it, who has shown that it is itself."""

    details: ClientDetails

    def get_client_id(self) -> str:
        return self.details.client_id

    def get_default_redirect_uri(self) -> str:
        return ""  # it is always said

    def get_allowed_scope(self, scope: Any) -> Any:
        """All or nothing: what is left out silently is missed later."""
        return scope if scope and set(scope.split()) <= set(self.details.scopes) else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return is_registered(redirect_uri, self.details.redirect_uris)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002
        return method == self.details.auth_method

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code" and self.details.kind != RESOURCE

    def check_grant_type(self, grant_type: str) -> bool:
        is_public = self.details.auth_method == NONE
        return self.details.kind != RESOURCE and not (
            is_public and grant_type == "client_credentials"
        )


@dataclass(frozen=True)
class Code:
    """One that was found."""

    details: CodeDetails
    code_challenge_method: str = "S256"

    @property
    def code_challenge(self) -> str:
        return self.details.granted.code_challenge

    def get_redirect_uri(self) -> str:
        return self.details.granted.redirect_uri


@dataclass(frozen=True)
class Refreshable:
    """What a refresh token that was found is of."""

    grant: GrantDetails

    def check_client(self, client: Registered) -> bool:
        return client.get_client_id() == self.grant.client_id

    def get_scope(self) -> str:
        return " ".join(self.grant.scopes)


class Asking(OAuth2Request):
    """A request, whose client is known, and what it speaks of, if that was found."""

    def __init__(
        self, method: str, values: Mapping[str, str], client: Registered, found: object = None
    ) -> None:
        super().__init__(method, TLS_ENDS_BEFORE_US)
        self.payload = BasicOAuth2Payload(dict(values))
        self.client, self.found = client, found
        self.auth_method = client.details.auth_method

    @property
    def args(self) -> Any:
        return self.payload.data if self.payload else {}

    @property
    def form(self) -> Any:
        return self.args


class Challenge(CodeChallenge):
    """S256 from every client, and nothing else."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]  # noqa: RUF012  # as Authlib declares it

    def validate_code_challenge(self, grant: Any, redirect_uri: Any) -> None:
        said = grant.request.payload.data
        challenge = said.get("code_challenge", "")
        if len(challenge) != S256_LETTERS or said.get("code_challenge_method") != "S256":
            raise InvalidRequestError("A code_challenge of the method S256 is needed.")
        super().validate_code_challenge(grant, redirect_uri)

    def validate_code_verifier(self, grant: Any, result: Any) -> None:
        if not grant.request.form.get("code_verifier"):
            raise InvalidGrantError("The code_verifier is missing.")
        try:
            super().validate_code_verifier(grant, result)
        except InvalidRequestError:
            raise InvalidGrantError("This is no code_verifier.") from None


class CodeGrant(grants.AuthorizationCodeGrant):
    request: Asking
    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    def query_authorization_code(self, code: str, client: Any) -> Any:  # noqa: ARG002
        found = self.request.found
        if not isinstance(found, Code):
            return None
        return found if found.details.granted.client_id == client.get_client_id() else None


class RefreshGrant(grants.RefreshTokenGrant):
    request: Asking
    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    def authenticate_refresh_token(self, refresh_token: str) -> Any:  # noqa: ARG002
        return self.request.found


class ClientGrant(grants.ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS  # a public client is refused by its grant types


class Server(AuthorizationServer):
    """For one request: it knows one client, who has shown that it is itself."""

    def __init__(self, asking: Asking) -> None:
        super().__init__(scopes_supported=SCOPES)
        self._asking = asking
        self.register_grant(CodeGrant, [Challenge(required=True)])
        self.register_grant(RefreshGrant)
        self.register_grant(ClientGrant)

    def require_authorizable(self) -> None:
        """Raises `OAuth2Error`."""
        self.get_consent_grant(self._asking)  # type: ignore[no-untyped-call]

    def require_grantable(self) -> None:
        """Raises `OAuth2Error`."""
        grant: Any = self.get_token_grant(self._asking)
        grant.validate_token_request()

    def query_client(self, client_id: str) -> Any:
        client = self._asking.client
        return client if client and client.get_client_id() == client_id else None

    def authenticate_client(self, request: Any, methods: Any, endpoint: str = "token") -> Any:
        if not request.client.check_endpoint_auth_method(request.auth_method, endpoint):
            raise InvalidClientError
        if request.auth_method not in methods:
            raise InvalidClientError
        return request.client

    def create_oauth2_request(self, request: Any) -> Any:
        return request

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens."""
