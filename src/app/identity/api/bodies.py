"""Who may do what, as staff and back-office systems write and read it."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from app.edge.desk import Body, Moment, YesNo
from domain.contracts.identity import (
    ASSERTION,
    SECRET,
    AccountDetails,
    ApiKeyDetails,
    AuditEntry,
    ClientDetails,
    ClientId,
    KeptClient,
)

Text = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]
Scopes = Annotated[tuple[Text, ...], Field(max_length=50)]
AT = "2030-01-01T12:00:00Z"
ID = "0198c1f2-a3b4-7c5d-8e9f-0a1b2c3d4e5f"
ASKED_FOR: dict[str, Any] = {"email": "kim@example.com", "role": "support"}
MEMBER: dict[str, Any] = {
    **ASKED_FOR,
    "account_id": ID,
    "is_confirmed": True,
    "is_disabled": False,
    "joined_at": AT,
}
ABOUT: dict[str, Any] = {
    "name": "An assistant",
    "kind": "platform",
    "redirect_uris": ["https://assistant.example/back"],
    "auth_method": SECRET,
    "scopes": ["dev.ucp.shopping.order:read"],
    "profile_url": "https://assistant.example/profile.json",
}
CLIENT: dict[str, Any] = {"client_id": "assistant", **ABOUT}
ASKED_KEY: dict[str, Any] = {"name": "till 1", "scopes": ["orders:read"], "expires_at": AT}
KEY: dict[str, Any] = {
    **ASKED_KEY,
    "key_id": ID,
    "prefix": "fsk_4f6b2c1d",
    "made_at": AT,
}


def like(example: dict[str, Any], **more: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example | more]})


class RoleBody(Body):
    """What a member of staff may do; who is disabled may do nothing."""

    model_config = like({"role": "manager", "is_disabled": False})

    role: Text
    is_disabled: YesNo = False


class NewMemberBody(Body):
    """Who it is chooses a password by the mail that is sent."""

    model_config = like(ASKED_FOR)

    email: Annotated[Text, Field(max_length=320)]
    role: Text


class MemberBody(Body):
    model_config = like(MEMBER)

    account_id: str
    email: str
    role: str | None = None
    is_confirmed: YesNo
    is_disabled: YesNo
    joined_at: datetime

    @classmethod
    def of(cls, account: AccountDetails) -> "MemberBody":
        return cls(
            account_id=str(account.account_id),
            email=account.email,
            role=account.role,
            is_confirmed=account.is_confirmed,
            is_disabled=account.is_disabled,
            joined_at=account.joined_at,
        )


class AboutClientBody(Body):
    """All that is known of a client: what is left out is as if it had never been said.

    `public_keys` is a JWK Set (RFC 7517) as JSON, for `private_key_jwt`.
    """

    model_config = like(ABOUT)

    name: Name
    kind: Literal["platform", "application", "resource"] = "platform"
    redirect_uris: Annotated[tuple[Text, ...], Field(max_length=50)] = ()
    auth_method: Literal["client_secret_basic", "private_key_jwt", "none"] = "client_secret_basic"
    public_keys: Annotated[str, Field(max_length=50_000, pattern=r"^[^\x00]*$")] = ""
    scopes: Scopes = ()
    profile_url: Text | None = None
    is_disabled: YesNo = False

    def of(self, client_id: str) -> ClientDetails:
        return ClientDetails(**{**dict(self), "client_id": ClientId(client_id)})


class ClientBody(AboutClientBody):
    model_config = like(CLIENT)

    client_id: Annotated[Text, Field(max_length=64)]


class KeptClientBody(ClientBody):
    model_config = like(CLIENT, auth_method=ASSERTION, registered_at=AT)

    registered_at: datetime

    @classmethod
    def shown(cls, kept: KeptClient) -> "KeptClientBody":
        return cls(**vars(kept.details), registered_at=kept.registered_at)


class RegisteredBody(KeptClientBody):
    """`secret` is told this once, where the client has one."""

    model_config = like(CLIENT, registered_at=AT, secret="fss_...")  # noqa: S106  # none

    secret: str | None = None


class NewApiKeyBody(Body):
    """A machine's may do what its `scopes` say; a platform's has a `client_id`."""

    model_config = like(ASKED_KEY)

    name: Name
    scopes: Scopes = ()
    client_id: Annotated[Text, Field(max_length=64)] | None = None
    expires_at: Moment | None = None


class ApiKeyBody(Body):
    model_config = like(KEY)

    key_id: str
    prefix: str
    name: str
    scopes: tuple[str, ...]
    client_id: str | None = None
    made_at: datetime
    expires_at: datetime | None = None
    used_at: datetime | None = None
    ended_at: datetime | None = None

    @classmethod
    def of(cls, details: ApiKeyDetails) -> "ApiKeyBody":
        return cls(**vars(details) | {"key_id": str(details.key_id)})


class MadeApiKeyBody(ApiKeyBody):
    """`key` is told this once."""

    model_config = like(KEY, key="fsk_...")

    key: str | None = None


class EntryBody(Body):
    model_config = like(
        {
            "entry_id": ID,
            "at": AT,
            "actor": "machine:till 1",
            "deed": "refund_order",
            "subject": "/v1/orders/ord_0198c1f2a3b47c5d8e9f0a1b2c3d4e5f/refunds",
            "outcome": "201",
            "source": "",
            "detail": "",
        }
    )

    entry_id: str
    at: datetime
    actor: str
    deed: str
    subject: str
    outcome: str
    source: str
    detail: str

    @classmethod
    def of(cls, entry: AuditEntry) -> "EntryBody":
        return cls(**vars(entry) | {"entry_id": str(entry.entry_id)})
