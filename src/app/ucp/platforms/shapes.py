"""The profile of a platform, as `discovery/profile_schema.json` has it, within bounds of ours."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from app.ucp.platforms.profile import Capability

LONGEST_URL = 2000
Version = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(?:\.[a-z][a-z0-9_]*)+$", max_length=200)]
Uri = Annotated[
    str, Field(pattern=r"^[A-Za-z][A-Za-z0-9+.\-]*:[\x21-\x7e]+$", max_length=LONGEST_URL)
]
Text = Annotated[str, Field(max_length=1000)]
Short = Annotated[str, Field(max_length=200)]
MOST_NAMES, MOST_ENTRIES, MOST_KEYS = 200, 50, 20


class Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class Entity(Part):
    version: Version
    spec: Uri
    id: Text | None = None
    config: dict[str, Any] = Field(default_factory=dict)


class ServicePart(Entity):
    transport: Literal["rest", "mcp", "a2a", "embedded"]
    endpoint: Uri | None = None
    schema_url: Uri | None = Field(default=None, alias="schema")

    @model_validator(mode="after")
    def _has_schema(self) -> Self:
        if self.transport != "a2a" and self.schema_url is None:
            raise ValueError("schema is missing")
        return self


class CapabilityPart(Entity):
    schema_url: Uri = Field(alias="schema")
    extends: Name | Annotated[list[Name], Field(min_length=1, max_length=MOST_ENTRIES)] | None = (
        None
    )

    def capability(self) -> Capability:
        named = [self.extends] if isinstance(self.extends, str) else self.extends or ()
        return Capability(self.version, tuple(named), config=self.config)


class InstrumentPart(Part):
    type: Text
    constraints: Annotated[dict[str, Any], Field(min_length=1)] | None = None


class HandlerPart(Entity):
    id: Text
    schema_url: Uri = Field(alias="schema")
    available_instruments: (
        Annotated[list[InstrumentPart], Field(min_length=1, max_length=MOST_ENTRIES)] | None
    ) = None


class KeyPart(Part):
    kid: Short
    kty: Short
    crv: Short | None = None
    x: Short | None = None
    y: Short | None = None
    use: Literal["sig", "enc"] | None = None
    alg: Short | None = None


def _few(named: object) -> object:
    """Looked at before its names are, one by one."""
    if isinstance(named, dict) and len(named) > MOST_NAMES:
        raise ValueError("there are too many names")
    return named


Registry = BeforeValidator(_few)
Entries = Field(max_length=MOST_ENTRIES)


class UcpPart(Part):
    version: Version
    status: Literal["success", "error"] = "success"
    services: Annotated[dict[Name, Annotated[list[ServicePart], Entries]], Registry]
    capabilities: Annotated[dict[Name, Annotated[list[CapabilityPart], Entries]], Registry] = Field(
        default_factory=dict
    )
    payment_handlers: Annotated[dict[Name, Annotated[list[HandlerPart], Entries]], Registry]


class ProfilePart(Part):
    ucp: UcpPart
    signing_keys: Annotated[list[KeyPart], Field(max_length=MOST_KEYS)] = Field(
        default_factory=list
    )
