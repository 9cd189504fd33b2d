"""What a deployment says about itself: `FREESTONE_...` in the environment, or `freestone.toml`.

`docs/settings.md` is made from this file.
"""

from collections.abc import Iterator, Mapping
from email.headerregistry import Address
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated, Literal, Self
from urllib.parse import parse_qs, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from app.ucp.handlers import require_known
from app.ucp.scopes import require_served
from domain.shared.emails import is_email

CONTEXTS = (
    "catalog",
    "customers",
    "fulfillment",
    "identity",
    "inventory",
    "notifications",
    "ordering",
    "payments",
    "pricing",
)
PREFIX = "FREESTONE_"
FILE = "freestone.toml"
DRIVERS = {
    "sqlite": "aiosqlite",
    "postgresql": "psycopg",
    "mysql": "asyncmy",
    "mariadb": "asyncmy",
}
REDIS_OPTIONS: dict[str, set[str]] = {
    "redis": set(),
    "rediss": {"ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile"},
    "unix": {"db"},
}
"""Of its URL. Others would undo what the store sets, or be found out by the first who asks it."""
SHORTEST_KEY = 32
MOST_DAYS = 36_500
SECRETS = {
    "broker_url",
    "database_url",
    "internal_keys",
    "mail_url",
    "read_database_url",
    "redis_url",
    "simulation_secret",
    "stripe_key",
    "stripe_webhook_secret",
}
STRIPE = "stripe"
STRIPE_LIVE = ("sk_live_", "rk_live_")


class UnfitSettings(Exception):
    """What is wrong with the settings: a line for each, which begins with the setting's name."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


def _database_url(text: str) -> str:
    """A URL that names its asynchronous driver, whether or not it did."""
    if not text:
        return text
    try:
        url = make_url(text)
        engine = url.get_backend_name()
    except (ArgumentError, ValueError) as unreadable:
        raise ValueError(
            "is no URL of a database, such as sqlite:///var/freestone.db"
        ) from unreadable
    if engine not in DRIVERS:
        raise ValueError(f"names {engine}, which is not one of {', '.join(DRIVERS)}")
    if engine == "sqlite" and url.database in (None, "", ":memory:"):
        raise ValueError("must name a file: a database in memory keeps nothing")
    if engine == "sqlite" and Path(url.database or "").is_dir():
        raise ValueError("must name a file, and names a folder")
    named: URL = url.set(drivername=f"{engine}+{DRIVERS[engine]}")
    return named.render_as_string(hide_password=False)


def _redis_url(text: str) -> str:
    if not text:
        return text
    parts = urlsplit(text)
    if parts.scheme not in ("redis", "rediss", "unix"):
        raise ValueError("must begin with redis://, rediss:// or unix://")
    if parts.scheme != "unix" and not parts.path.removeprefix("/").isdecimal():
        raise ValueError("must end in the number of a database, such as redis://127.0.0.1:6379/0")
    try:
        parts.port  # noqa: B018  # which is read when it is asked for
    except ValueError as unreadable:
        raise ValueError("names no port") from unreadable
    asked = parse_qs(parts.query, keep_blank_values=True)
    if strange := asked.keys() - REDIS_OPTIONS[parts.scheme]:
        raise ValueError(f"asks for what is not to be chosen: {', '.join(sorted(strange))}")
    return text


def _broker_url(text: str) -> str:
    urls = [url.strip() for url in text.split(",")] if text else []
    for url in urls:
        if urlsplit(url).scheme not in ("nats", "tls"):
            raise ValueError("must begin with nats:// or tls://")
        if not urlsplit(url).hostname:
            raise ValueError("must name a host, such as nats://127.0.0.1:4222")
    return ",".join(urls)


def _file(text: str) -> str:
    if text and not Path(text).is_file():
        raise ValueError("must name a file that is there")
    return text


def _web_address(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return text.rstrip("/")


def _mail_url(text: str) -> str:
    if not text:
        return text
    parts = urlsplit(text)
    try:
        parts.port  # noqa: B018  # which is read when it is asked for
    except ValueError as unreadable:
        raise ValueError("names no port") from unreadable
    if parts.scheme not in ("file", "smtp", "smtps"):
        raise ValueError("must begin with smtp://, smtps:// or file:")
    if parts.scheme == "file" and (parts.netloc or not parts.path.strip("/")):
        raise ValueError("must name a folder, such as file:var/mail or file:///var/mail")
    if parts.scheme != "file" and (not parts.hostname or parts.path.strip("/") or parts.query):
        raise ValueError("must name a host, such as smtp://user:password@mail.example:587")
    return text


def _sender(text: str) -> str:
    if text and not is_email(parseaddr(text)[1]):
        raise ValueError("must be an e-mail address, such as Shop <shop@example.com>")
    return text


DatabaseUrl = Annotated[str, AfterValidator(_database_url)]
BrokerUrl = Annotated[str, AfterValidator(_broker_url)]
RedisUrl = Annotated[str, AfterValidator(_redis_url)]
File = Annotated[str, AfterValidator(_file)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
MailUrl = Annotated[str, AfterValidator(_mail_url)]
Sender = Annotated[str, AfterValidator(_sender)]
Seconds = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]
Names = Annotated[tuple[str, ...], NoDecode]


class ContextSettings(BaseModel):
    """Where one context is kept, if not where all are."""

    model_config = ConfigDict(extra="forbid")

    url: WebAddress = Field(
        default="",
        description="Where the internal listener of the process that hosts this context is.",
    )
    database_url: DatabaseUrl = Field(
        default="", repr=False, description="This context's own database, if it has one."
    )
    read_database_url: DatabaseUrl = Field(
        default="", repr=False, description="A replica of this context's database, for lists."
    )


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="_",
        env_nested_max_split=1,
        toml_file=FILE,
        extra="forbid",
    )

    host: str = Field(
        default="127.0.0.1", min_length=1, description="Where the public API listens."
    )
    port: int = Field(
        default=8000, ge=0, le=65535, description="The public API's port; 0 takes any."
    )
    public_url: WebAddress = Field(
        default="", description="What clients call this deployment, if not by its host and port."
    )
    trusted_proxies: Names = Field(
        default=(),
        description="The addresses or networks of the proxies in front of the public API, with commas "
        "between: what they say in `X-Forwarded-For` is believed, and what others say there is not. "
        "Empty behind a proxy: everybody comes from one place, and shares its tries at signing in.",
    )
    database_url: DatabaseUrl = Field(
        default="sqlite+aiosqlite:///var/freestone.db",
        min_length=1,
        repr=False,
        description="Where contexts without a database of their own keep their data: a "
        "URL of SQLite, PostgreSQL or MariaDB (`docs/engines.md`). A relative SQLite path begins at "
        "the working directory.",
    )
    read_database_url: DatabaseUrl = Field(
        default="",
        repr=False,
        description="A replica of that database, which lists of the merchant API are read from "
        "(`docs/engines.md`). Not for SQLite.",
    )
    read_lag_seconds: Seconds = Field(
        default=10.0,
        description="How far a replica may be behind; lists are read from the primary if it is "
        "further.",
    )
    redis_url: RedisUrl = Field(
        default="",
        repr=False,
        description="The Redis that copies of products are kept in (`docs/read-models.md`), which "
        "is this shop's alone by its database number. Empty: each process keeps its own.",
    )
    broker_url: BrokerUrl = Field(
        default="",
        repr=False,
        description="The NATS server, with JetStream, that events are told by (`docs/events.md`); the "
        "same for all processes; of a cluster, the URLs of its servers with commas between. Empty: they "
        "are brought from process to process.",
    )
    broker_replicas: int = Field(
        default=1,
        ge=1,
        le=5,
        description="How many servers of a cluster keep each stream that is made there: 3 for a "
        "cluster of three. A stream that is there is left as it is.",
    )
    broker_dedup_seconds: Seconds = Field(
        default=120.0,
        description="For how long the broker drops what comes twice, in each stream that is made.",
    )
    contexts: Names = Field(
        default=CONTEXTS,
        description="The contexts that this process hosts, with commas between; with a minus "
        "before each, all but these. A context that is hosted here is never called elsewhere.",
    )
    internal_host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="Where calls of our other processes are taken.",
    )
    internal_port: int = Field(
        default=8001, ge=0, le=65535, description="The port for calls of our other processes."
    )
    internal_keys: Names = Field(
        default=(),
        repr=False,
        description="What our processes know each other by, newest first, with commas between: "
        f"secrets of at least {SHORTEST_KEY} characters. Needed once contexts are apart.",
    )
    environment: Literal["production", "development"] = Field(
        default="production",
        description="`production` or `development`. What is for trying out is refused in production.",
    )
    interop: bool = Field(
        default=False,
        description="Serve clients that fall short of the protocol, and strangers. Refused in "
        "production.",
    )
    simulation_secret: str = Field(
        default="",
        repr=False,
        description="With interop: what a tester must know to have an order shipped "
        "(`POST /testing/simulate-shipping/{order_id}`). Empty: nobody can.",
    )
    workers: int = Field(
        default=1,
        ge=1,
        le=64,
        description="Server processes on this host, which share its ports; one with SQLite, which "
        "has one writer. Each keeps up to 20 lines to each database, and one of all does what "
        "goes on by itself.",
    )
    placement: Literal["near", "wire"] = Field(
        default="near", description="How hosted contexts call each other; `wire` is for tests."
    )
    payment_provider_url: WebAddress = Field(
        default="", description="The test payment provider, if it runs as a process of its own."
    )
    stripe_key: str = Field(
        default="",
        repr=False,
        pattern="^((sk|rk)_[!-~]+)?$",
        description="The secret key of a Stripe account, which is then the payment provider "
        "(`docs/payments-stripe.md`). Needed only where payments is hosted.",
    )
    stripe_webhook_secret: str = Field(
        default="",
        repr=False,
        pattern="^(whsec_[!-~]+)?$",
        description="What Stripe signs its webhooks with (`POST /webhooks/stripe`). Empty: none "
        "are taken.",
    )
    stripe_url: WebAddress = Field(
        default="",
        description="Another Stripe to try things out with. Empty: Stripe itself.",
    )
    test_provider_database: str = Field(
        default="var/test-provider.db",
        min_length=1,
        description="The ledger of the test payment provider when it runs in this process.",
    )
    payment_handlers: Names = Field(
        default=("mock_payment_handler",),
        description="The ids of the payment handlers that are offered, with commas between.",
    )
    card_brands: Names = Field(
        default=(),
        description="The brands of cards that are taken, with commas between, such as `visa, "
        "mastercard`. Empty: whatever the payment handlers take.",
    )
    gated_scopes: Names = Field(
        default=(),
        description="What no platform does without a buyer's consent, with commas between: "
        "`dev.ucp.shopping.checkout:manage` (checkouts), `dev.ucp.shopping.order:read` (orders). "
        "The profile says so. Empty: a platform's own credentials will do.",
    )
    shop_name: str = Field(
        default="Freestone",
        min_length=1,
        max_length=100,
        description="What the pages for buyers call the shop.",
    )
    pages_style: File = Field(
        default="",
        description="A CSS file of the shop's own, which the pages for buyers load after theirs.",
    )
    terms_url: WebAddress = Field(
        default="",
        description="The shop's terms of service. This and the four below are told with each "
        "checkout and cart, and stand below each page.",
    )
    privacy_url: WebAddress = Field(default="", description="The shop's privacy policy.")
    refunds_url: WebAddress = Field(default="", description="The shop's policy on refunds.")
    shipping_url: WebAddress = Field(default="", description="The shop's policy on shipping.")
    faq_url: WebAddress = Field(default="", description="What the shop is often asked.")
    currency: str = Field(
        default="USD",
        pattern="^[A-Z]{3}$",
        description="What the shop sells in unless its buyer prefers another that it sells in.",
    )
    review_from: int = Field(
        default=0,
        ge=0,
        description="From which total on, in minor units of that currency, an order is looked over "
        "and placed by the buyer, on the shop's own page; 0: none is.",
    )
    request_seconds: Seconds = Field(default=5.0, description="How long a request may take.")
    attempt_seconds: Seconds = Field(
        default=10.0,
        description="How long an attempt to place an order may run, with or without its client.",
    )
    lease_seconds: Seconds = Field(
        default=15.0,
        description="After how long an attempt that says nothing is taken over by recovery.",
    )
    provider_seconds: Seconds = Field(
        default=3.0, description="How long a payment provider may take to answer."
    )
    slow_seconds: float = Field(
        default=0.5,
        ge=0,
        le=3600,
        allow_inf_nan=False,
        description="A statement that takes longer is logged, with the use case that issued it and "
        "without its parameters; 0: none is.",
    )
    max_body_bytes: int = Field(
        default=262_144, gt=0, description="The largest body of a request; larger ones get 413."
    )
    recovery_seconds: Seconds = Field(
        default=1.0,
        description="How often recovery looks for attempts that nobody drives any more.",
    )
    keep_events_days: int = Field(
        default=30,
        ge=7,
        le=MOST_DAYS,
        description="How long events are kept that every listener has, and those that have been "
        "worked through; at least 7, for partners repeat what they tell for days.",
    )
    keep_claims_days: int = Field(
        default=7,
        ge=1,
        le=MOST_DAYS,
        description="How long a request under a key it was made with before gets the same answer.",
    )
    keep_attempts_days: int = Field(
        default=90,
        ge=7,
        le=MOST_DAYS,
        description="How long attempts to place an order are kept once they are over, and "
        "checkouts of which no order came. Orders are kept for ever.",
    )
    hold_alarm_seconds: Seconds = Field(
        default=300.0,
        description="After how long the log raises an alarm over stock that is held for an attempt, each "
        "minute until it is held no more: no attempt takes so long, unless something is broken.",
    )
    events_late_seconds: Seconds = Field(
        default=60.0,
        description="After how long the log warns of a context whose oldest event is not sent yet "
        "(`docs/events.md`), each minute until none is so old.",
    )
    return_reminder_days: int = Field(
        default=7,
        ge=1,
        le=MOST_DAYS,
        description="How long after a return was asked for somebody is reminded of it: its buyer where "
        "goods are awaited, staff by the log where it waits for staff.",
    )
    return_days: int = Field(
        default=30,
        ge=1,
        le=MOST_DAYS,
        description="How long after a return was asked for its goods are awaited: then it is cancelled, "
        "and what comes after all needs a return of its own. Where its buyer was reminded late, they are "
        "awaited from then on for the days between the two settings.",
    )
    authorisation_days: int = Field(
        default=7,
        ge=2,
        le=MOST_DAYS,
        description="How long the payment provider holds money that nobody takes: seven days for cards online "
        "at Stripe (docs.stripe.com/payments/place-a-hold-on-a-payment-method), up to 30 where the account has "
        "extended authorisations.",
    )
    lapse_warning_days: int = Field(
        default=2,
        ge=1,
        le=MOST_DAYS,
        description="How long before that the log and merchants who subscribed to `order.payment_lapsing` "
        "are told of an order of whose money nothing was taken.",
    )
    keys_folder: str = Field(
        default="var/keys",
        min_length=1,
        description="Where keys lie: those of identity, which sign tokens and hash what opens "
        "something, and those that sign what platforms are told. Made when they are first needed, or "
        "secrets that are put there (`docs/security.md`). Needed where identity, notifications or "
        "ordering is hosted, and the same for all of these processes.",
    )
    access_token_seconds: int = Field(
        default=600,
        ge=60,
        le=3600,
        description="How long an access token is good, if what was granted does not end before.",
    )
    grant_days: int = Field(
        default=90,
        ge=1,
        le=3650,
        description="How long what somebody agreed to is good, however often it is used: then they "
        "are asked again.",
    )
    mail_url: MailUrl = Field(
        default="",
        repr=False,
        description="Who carries letters about accounts and orders: a mail server, `smtp://` (with STARTTLS, but "
        "on this host) or `smtps://` (TLS), with a user and password in the URL if it wants them; or "
        "`file:` and a folder. Empty: `file:var/mail` in development; in production letters about "
        "accounts wait, and none are sent about orders. Needed only where identity or notifications is "
        "hosted.",
    )
    mail_from: Sender = Field(
        default="",
        max_length=400,
        description="Who those letters are from. Empty: `no-reply` at the host of the public URL, in "
        "the name of the shop.",
    )
    drain_seconds: Seconds = Field(
        default=10.0, description="How long requests may run on after a request to stop."
    )

    catalog: ContextSettings = ContextSettings()
    customers: ContextSettings = ContextSettings()
    fulfillment: ContextSettings = ContextSettings()
    identity: ContextSettings = ContextSettings()
    inventory: ContextSettings = ContextSettings()
    notifications: ContextSettings = ContextSettings()
    ordering: ContextSettings = ContextSettings()
    payments: ContextSettings = ContextSettings()
    pricing: ContextSettings = ContextSettings()

    @field_validator(
        *("card_brands", "contexts", "gated_scopes"),
        *("internal_keys", "payment_handlers", "trusted_proxies"),
        mode="before",
    )
    @classmethod
    def split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("contexts")
    @classmethod
    def are_contexts(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        named = [name.removeprefix("-") for name in names]
        if unknown := [name for name in named if name not in CONTEXTS]:
            raise ValueError(f"there is no context {unknown[0]!r}, only {', '.join(CONTEXTS)}")
        if len({name.startswith("-") for name in names}) > 1:
            raise ValueError(
                "names some with a minus and some without: say which, or all but which"
            )
        if names and names[0].startswith("-"):
            named = [name for name in CONTEXTS if name not in named]
        if not named:
            raise ValueError(f"names no context; there are {', '.join(CONTEXTS)}")
        return tuple(dict.fromkeys(named))

    @field_validator("payment_handlers")
    @classmethod
    def are_handlers(cls, ids: tuple[str, ...]) -> tuple[str, ...]:
        require_known(ids)
        return ids

    @field_validator("gated_scopes")
    @classmethod
    def are_served(cls, scopes: tuple[str, ...]) -> tuple[str, ...]:
        require_served(scopes)
        return tuple(dict.fromkeys(scopes))

    @field_validator("trusted_proxies")
    @classmethod
    def are_networks(cls, named: tuple[str, ...]) -> tuple[str, ...]:
        for one in named:
            if ip_network(one).prefixlen == 0:
                raise ValueError("names everybody: then anybody can say where they come from")
        return named

    @field_validator("internal_keys")
    @classmethod
    def are_long(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        if keys and min(map(len, keys)) < SHORTEST_KEY:
            raise ValueError(f"each key needs at least {SHORTEST_KEY} characters")
        return keys

    @model_validator(mode="after")
    def go_together(self) -> Self:
        if mistakes := list(self._contradictions()):
            raise ValueError("\n".join(mistakes))
        return self

    def _contradictions(self) -> Iterator[str]:
        if self.interop and self.environment == "production":
            yield (
                f"{PREFIX}INTEROP: opens the shop to strangers and is refused in production "
                f"({PREFIX}ENVIRONMENT=development)"
            )
        alone = [c for c in self.contexts if self.database_of(c).startswith("sqlite")]
        if self.workers > 1 and alone:
            yield (
                f"{PREFIX}WORKERS: SQLite has one server process, so it must be 1 "
                f"(what it keeps: {', '.join(alone)})"
            )
        if self.attempt_seconds >= self.lease_seconds:
            yield (
                f"{PREFIX}ATTEMPT_SECONDS: must be less than {PREFIX}LEASE_SECONDS, or recovery "
                "takes over what is still under way"
            )
        if self.keep_attempts_days < self.keep_claims_days:
            yield (
                f"{PREFIX}KEEP_ATTEMPTS_DAYS: must not be less than {PREFIX}KEEP_CLAIMS_DAYS, for "
                "what a repeated request is answered may be kept with its attempt"
            )
        if self.hold_alarm_seconds <= self.lease_seconds:
            yield (
                f"{PREFIX}HOLD_ALARM_SECONDS: must be more than {PREFIX}LEASE_SECONDS, for what is "
                "left of an attempt is held until it is taken over"
            )
        if self.return_days <= self.return_reminder_days:
            yield (
                f"{PREFIX}RETURN_DAYS: must be more than {PREFIX}RETURN_REMINDER_DAYS, or there is "
                "nothing left to remind of"
            )
        if self.authorisation_days <= self.lapse_warning_days:
            yield (
                f"{PREFIX}AUTHORISATION_DAYS: must be more than {PREFIX}LAPSE_WARNING_DAYS, or every "
                "order is warned of when it is placed"
            )
        if set(self.contexts) != set(CONTEXTS) and not self.internal_keys:
            yield (
                f"{PREFIX}INTERNAL_KEYS: is needed where a process does not host every context "
                f"(a secret of at least {SHORTEST_KEY} characters, the same for all processes)"
            )

        yield from self._contradictions_of_replicas()
        yield from self._contradictions_of_stripe()

    def _contradictions_of_replicas(self) -> Iterator[str]:
        own = [(c, self.of(c).read_database_url, self.database_of(c)) for c in CONTEXTS]
        for context, replica, primary in (("", self.read_database_url, self.database_url), *own):
            name = name_of(*filter(None, (context, "read_database_url")))
            engine = make_url(replica).get_backend_name() if replica else ""
            if engine == "sqlite":
                yield f"{name}: names SQLite, which has no replicas"
            elif replica and DRIVERS[engine] != DRIVERS[make_url(primary).get_backend_name()]:
                yield f"{name}: is of another engine than the database that it is to be a replica of"
            elif replica and replica == primary:
                yield f"{name}: is the database itself, and no replica of it"

    def _contradictions_of_stripe(self) -> Iterator[str]:
        if not self.stripe_key:
            for name in ("stripe_webhook_secret", "stripe_url"):
                if getattr(self, name):
                    yield f"{name_of(name)}: is of no use without {PREFIX}STRIPE_KEY"
            if STRIPE in self.payment_handlers and "payments" in self.contexts:
                yield f"{PREFIX}STRIPE_KEY: is needed to offer the payment handler `{STRIPE}`"
            return
        if self.payment_provider_url:
            yield (
                f"{PREFIX}PAYMENT_PROVIDER_URL: there is one payment provider, and "
                f"{PREFIX}STRIPE_KEY names it"
            )
        if self.payment_handlers != (STRIPE,):
            yield f"{PREFIX}PAYMENT_HANDLERS: must be `{STRIPE}` alone with {PREFIX}STRIPE_KEY"
        if self.environment == "production" and self.stripe_url:
            yield (
                f"{PREFIX}STRIPE_URL: takes the key and the money elsewhere, and is refused in "
                "production"
            )
        if self.environment == "development" and self.stripe_key.startswith(STRIPE_LIVE):
            yield (
                f"{PREFIX}STRIPE_KEY: is a live key, which moves money, and is refused in "
                "development: use a test key"
            )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    def of(self, context: str) -> ContextSettings:
        kept: ContextSettings = getattr(self, context)
        return kept

    def database_of(self, context: str) -> str:
        return self.of(context).database_url or self.database_url

    def read_database_of(self, context: str) -> str:
        """The replica of a context's database; nothing, if it has none."""
        own = self.of(context)
        return own.read_database_url or ("" if own.database_url else self.read_database_url)

    def placement_of(self, context: str) -> str:
        return self.placement if context in self.contexts else "far"

    def unplaced(self, contexts: frozenset[str]) -> list[str]:
        """A line for each of these contexts that is neither hosted here nor placed elsewhere."""
        return [
            f"{name_of(context, 'url')}: {context} is neither hosted here ({PREFIX}CONTEXTS) nor "
            "placed elsewhere: say where its process takes internal calls"
            for context in sorted(contexts)
            if context not in self.contexts and not self.of(context).url
        ]

    @property
    def post(self) -> str:
        """Who carries letters: `smtp`, `file` or `none`."""
        if not self.mail_url:
            return "file" if self.environment == "development" else "none"
        return "file" if self.mail_url.startswith("file:") else "smtp"

    @property
    def mail_folder(self) -> str:
        return urlsplit(self.mail_url).path if self.post == "file" and self.mail_url else "var/mail"

    @property
    def mail_sender(self) -> str:
        host = urlsplit(self.base_url).hostname or "localhost"
        return self.mail_from or str(Address(self.shop_name, "no-reply", host))

    @property
    def base_url(self) -> str:
        """What the world calls this deployment, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"


def load_settings(**chosen: object) -> Settings:
    """The settings of this process. Raises `UnfitSettings`."""
    try:
        return Settings(**chosen)  # type: ignore[arg-type]
    except ValidationError as unfit:
        raise UnfitSettings([line for error in unfit.errors() for line in _told(error)]) from None
    except (TOMLDecodeError, UnicodeDecodeError) as unreadable:
        raise UnfitSettings([f"{FILE}: {unreadable}"]) from None
    except SettingsError as unreadable:
        raise UnfitSettings([str(unreadable)]) from None


def name_of(*path: object) -> str:
    """What a setting is called in the environment."""
    return PREFIX + "_".join(str(part) for part in path).upper()


def unknown_names(environ: Mapping[str, str]) -> list[str]:
    """Names in the environment that look like settings and are none: a slip of the pen, perhaps."""
    known = {name_of(field) for field in Settings.model_fields} - set(map(name_of, CONTEXTS))
    placed = {name_of(c, field) for c in CONTEXTS for field in ContextSettings.model_fields}
    return sorted(n for n in environ if n.startswith(PREFIX) and n not in known | placed)


def _told(error: Mapping[str, object]) -> list[str]:
    """In our words: without what was given where that may be a secret."""
    path = error["loc"]
    text = str(error["msg"]).removeprefix("Value error, ")
    if not isinstance(path, tuple) or not path:
        return text.splitlines()
    if error["type"] == "extra_forbidden":
        return [f"{name_of(*path)}: there is no such setting"]
    given = error["input"]
    is_ours = error["type"] == "value_error"
    is_told = isinstance(given, str | int | float) and not is_ours and path[-1] not in SECRETS
    return [f"{name_of(*path)}: {text}" + (f", not {given!r}" if is_told else "")]
