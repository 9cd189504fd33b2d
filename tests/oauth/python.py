"""An OAuth client that others wrote, in Python: oauthlib. It leaves asking over HTTP to us."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import time
from typing import Any
from uuid import uuid4

from aiohttp import ClientSession, encode_basic_auth
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from oauthlib.oauth2 import BackendApplicationClient, MetadataEndpoint, WebApplicationClient
from oauthlib.oauth2.rfc6749.errors import OAuth2Error

from tests.oauth.outsiders import Failed

BY_JWT = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
S256 = "S256"
WELL_KNOWN = {"oauth2": "oauth-authorization-server", "oidc": "openid-configuration"}


@dataclass
class PythonClient:
    http: ClientSession
    metadata: dict[str, Any] = field(default_factory=dict)
    client: WebApplicationClient = field(default_factory=lambda: WebApplicationClient(""))
    secret: str | None = None
    key: ECKey | None = None
    nonce: str | None = None

    async def does(self, deed: str, **told: Any) -> dict[str, Any]:
        try:
            done: dict[str, Any] = await getattr(self, f"_{deed}")(**told)
        except OAuth2Error as why:
            raise Failed(why.error, str(why)) from None
        return done

    async def _discover(self, issuer: str, algorithm: str) -> dict[str, Any]:
        self.metadata = await self._json(f"{issuer}/.well-known/{WELL_KNOWN[algorithm]}")
        MetadataEndpoint([], self.metadata)  # refuses what RFC 8414 does not allow
        assert self.metadata["issuer"] == issuer
        return self.metadata

    async def _become(
        self,
        client_id: str,
        secret: str | None = None,
        key: Mapping[str, str] | None = None,
        kid: str | None = None,
    ) -> dict[str, Any]:
        self.client, self.secret = WebApplicationClient(client_id), secret
        self.key = ECKey.import_key({**key, "kid": kid or ""}) if key else None
        return {}

    async def _ask(
        self, redirect_uri: str, scope: str, *, resource: str | None = None, nonce: bool = False
    ) -> dict[str, Any]:
        client = self.client
        client.create_code_challenge(client.create_code_verifier(64), S256)
        self.nonce = uuid4().hex if nonce else None
        more = {"resource": resource, "nonce": self.nonce}
        url, _, _ = client.prepare_authorization_request(
            self.metadata["authorization_endpoint"],
            redirect_url=redirect_uri,
            scope=[*scope.split()],
            code_challenge=client.code_challenge,
            code_challenge_method=S256,
            **{name: value for name, value in more.items() if value},
        )
        return {"url": url}

    async def _redeem(self, url: str) -> dict[str, Any]:
        told = self.client.parse_request_uri_response(url, state=self.client.state)
        if self.metadata.get("authorization_response_iss_parameter_supported"):
            assert told["iss"] == self.metadata["issuer"]
        tokens = await self._tokens(
            self.client.prepare_token_request(
                self.metadata["token_endpoint"],
                code_verifier=self.client.code_verifier,
                **self._shown(),
            )
        )
        if not (token := tokens.get("id_token")):
            return tokens
        claims = await self._verified(token)
        wanted = self.metadata["issuer"], self.client.client_id, self.nonce
        assert (claims["iss"], claims["aud"], claims.get("nonce")) == wanted
        return {**tokens, "claims": claims}

    async def _refresh(self, refresh_token: str) -> dict[str, Any]:
        return await self._tokens(
            self.client.prepare_refresh_token_request(
                self.metadata["token_endpoint"], refresh_token, **self._named(), **self._shown()
            )
        )

    async def _grant_to_client(self, **asked: str) -> dict[str, Any]:
        client = BackendApplicationClient(self.client.client_id)
        asked["scope"] = asked["scope"].split()  # type: ignore[assignment]
        body = client.prepare_request_body(include_client_id=False, **asked, **self._shown())
        answer = await self._posted(self.metadata["token_endpoint"], {}, body)
        return dict(client.parse_request_body_response(answer))

    async def _revoke(self, token: str) -> dict[str, Any]:
        told = {**self._named(), **self._shown()}
        where = self.metadata["revocation_endpoint"]
        url, headers, body = self.client.prepare_token_revocation_request(
            where, token, None, **told
        )
        answer = await self._posted(url, headers, body)
        if "error" in json.loads(answer or "{}"):
            self.client.parse_request_body_response(answer)
        return {}

    async def _introspect(self, token: str) -> dict[str, Any]:
        where = self.metadata["introspection_endpoint"]
        url, headers, body = self.client.prepare_token_revocation_request(where, token, None)
        found: dict[str, Any] = json.loads(await self._posted(url, headers, body))
        return found

    async def _ask_who(self, access_token: str, subject: str) -> dict[str, Any]:
        where, client = self.metadata["userinfo_endpoint"], WebApplicationClient("")
        client.access_token = access_token
        url, headers, _ = client.add_token(where, token_placement="auth_header")
        found = await self._json(url, headers)
        assert found["sub"] == subject
        return found

    async def _discover_resource(self, resource: str) -> dict[str, Any]:
        origin, _, path = resource.partition("://")[2].partition("/")
        base = resource.partition("://")[0] + f"://{origin}"
        found = await self._json(f"{base}/.well-known/oauth-protected-resource/{path}")
        assert found["resource"] == resource
        return found

    async def _verify(self, access_token: str, audience: str) -> dict[str, Any]:
        claims = await self._verified(access_token)
        assert (claims["iss"], claims["aud"]) == (self.metadata["issuer"], audience)
        return claims

    async def _verified(self, token: str) -> dict[str, Any]:
        keys = KeySet.import_key_set(await self._json(self.metadata["jwks_uri"]))  # type: ignore[arg-type]
        claims = jwt.decode(token, keys, algorithms=["ES256"]).claims
        assert claims["iat"] <= time() < claims["exp"]
        return claims

    def _named(self) -> dict[str, str]:
        """A client says who it is in the form, unless it shows it by its secret."""
        return {} if self.secret else {"client_id": self.client.client_id}

    def _shown(self) -> dict[str, str]:
        if not self.key:
            return {}
        name, now = self.client.client_id, int(time())
        where = self.metadata["issuer"]
        claims = {"iss": name, "sub": name, "aud": where, "iat": now, "exp": now + 60}
        header = {"alg": "ES256", "kid": self.key.kid}
        told = jwt.encode(header, {**claims, "jti": uuid4().hex}, self.key)
        return {"client_assertion_type": BY_JWT, "client_assertion": told}

    async def _tokens(self, request: tuple[str, dict[str, str], str]) -> dict[str, Any]:
        answer = await self._posted(*request)
        return dict(self.client.parse_request_body_response(answer))

    async def _posted(self, url: str, headers: Mapping[str, str], body: str) -> str:
        told = {"content-type": "application/x-www-form-urlencoded", **headers}
        if self.secret:
            told["authorization"] = encode_basic_auth(self.client.client_id, self.secret)
        async with self.http.post(url, data=body, headers=told) as answered:
            return await answered.text()

    async def _json(self, url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        async with self.http.get(url, headers=headers) as answered:
            assert answered.status == 200, f"{url} answered {answered.status}"
            found: dict[str, Any] = await answered.json(content_type=None)
            return found


@asynccontextmanager
async def a_python_client() -> AsyncIterator[PythonClient]:
    async with ClientSession() as http:
        yield PythonClient(http)
