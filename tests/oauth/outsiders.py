"""OAuth clients that others wrote, told what to do: each deed by its name, in the same words."""

from typing import Any, Protocol


class Failed(Exception):
    """What a client says of an answer that it does not take: `kind` is the `error` in it (RFC 6749)."""

    def __init__(self, kind: str | None, said: object) -> None:
        super().__init__(kind, said)
        self.kind, self.said = kind, said


class Outsider(Protocol):
    """It does one thing after the other, and checks what it is answered."""

    async def does(self, deed: str, **told: Any) -> dict[str, Any]:
        """Raises `Failed`.

        - `discover` the metadata of an `issuer`, by RFC 8414 (`algorithm="oauth2"`) or OpenID
          Connect (`"oidc"`): the other deeds need it
        - `become` the client of a `client_id`, with a `secret`, a private `key` (a JWK), or neither
        - `ask` by a browser, for a `scope` of a `resource`: answers the `url`. With `nonce=True` for
          an ID token too
        - `redeem` the `url` that the browser was sent to: answers tokens, and the `claims` of an ID
          token
        - `refresh` by a `refresh_token`, `grant_to_client`, `revoke` a `token`, `introspect` one
        - `ask_who` the `subject` of an `access_token` is
        - `discover_resource` (RFC 9728), and `verify` an `access_token` as an `audience` would
        """
        ...
