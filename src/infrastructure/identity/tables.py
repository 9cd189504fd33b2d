"""Digests here are keyed: who reads these tables can show nothing that they tell of."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
)

from infrastructure.shared.database.columns import Id, Instant, LongText, exact_text
from infrastructure.shared.events.inbox import inbox_table
from infrastructure.shared.events.outbox import outbox_table
from infrastructure.shared.routines.lease import lease_table

metadata = MetaData()
accounts = Table(
    "identity_accounts",
    metadata,
    Column("account_id", Id, primary_key=True),
    Column("kind", exact_text(10), nullable=False),
    Column("email", exact_text(320), nullable=False),
    Column("email_key", exact_text(320), nullable=False),  # as it is compared
    Column("password_hash", exact_text(200)),
    Column("role", exact_text(20)),
    Column("customer_id", exact_text(64), index=True),
    Column("is_confirmed", Boolean, nullable=False),
    Column("is_disabled", Boolean, nullable=False),
    Column("joined_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("events_recorded", Integer, nullable=False),
    UniqueConstraint("kind", "email_key", name="identity_accounts_email"),
    Index("ix_identity_accounts_unconfirmed", "is_confirmed", "joined_at"),
)
sessions = Table(
    "identity_sessions",
    metadata,
    Column("session_id", Id, primary_key=True),
    Column("token_digest", exact_text(64), nullable=False, unique=True),
    Column("account_id", ForeignKey(accounts.c.account_id), nullable=False, index=True),
    Column("agent", exact_text(300), nullable=False),
    Column("source", exact_text(64), nullable=False),
    Column("signed_in_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)
tickets = Table(  # of mail: who has one may confirm an address, or choose a password
    "identity_tickets",
    metadata,
    Column("ticket_digest", exact_text(64), primary_key=True),
    Column("purpose", exact_text(10), nullable=False),
    Column("account_id", ForeignKey(accounts.c.account_id), nullable=False, index=True),
    Column("expires_at", Instant, nullable=False, index=True),
)
mail = Table(  # that is to be sent; its ticket is made when it is
    "identity_mail",
    metadata,
    Column("mail_id", Id, primary_key=True),
    Column("purpose", exact_text(10), nullable=False),
    Column("account_id", ForeignKey(accounts.c.account_id), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", Instant, nullable=False, index=True),
    UniqueConstraint("account_id", "purpose", name="identity_mail_purpose"),
)
tries = Table(  # at signing in: by account and by place, as they are compared
    "identity_tries",
    metadata,
    Column("subject", exact_text(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("free_at", Instant, nullable=False),  # when the next one may be made
    Column("expires_at", Instant, nullable=False, index=True),
)
clients = Table(
    "identity_clients",
    metadata,
    Column("client_id", exact_text(64), primary_key=True),
    Column("name", exact_text(100), nullable=False),
    Column("kind", exact_text(20), nullable=False),
    Column("redirect_uris", LongText, nullable=False),  # a JSON list
    Column("auth_method", exact_text(30), nullable=False),
    Column("secret_digest", exact_text(64)),
    Column("public_keys", LongText, nullable=False),
    Column("scopes", LongText, nullable=False),  # with spaces between
    Column("profile_url", LongText),
    Column("is_disabled", Boolean, nullable=False),
    Column("registered_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
)
assertions = Table(
    "identity_assertions",
    metadata,
    Column("client_id", exact_text(64), primary_key=True),
    Column("name_digest", exact_text(64), primary_key=True),
    Column("expires_at", Instant, nullable=False, index=True),
)
grants = Table(
    "identity_grants",
    metadata,
    Column("grant_id", Id, primary_key=True),
    Column("client_id", exact_text(64), nullable=False, index=True),
    Column("account_id", Id, index=True),
    Column("scopes", LongText, nullable=False),
    Column("audience", LongText, nullable=False),
    Column("granted_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("used_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("authenticated_at", Instant),
    Column("nonce", LongText),
    Column("version", Integer, nullable=False),
    Column("events_recorded", Integer, nullable=False),
)
codes = Table(
    "identity_codes",
    metadata,
    Column("code_digest", exact_text(64), primary_key=True),
    Column("client_id", exact_text(64), nullable=False),
    Column("account_id", Id, nullable=False, index=True),
    Column("redirect_uri", LongText, nullable=False),
    Column("code_challenge", exact_text(128), nullable=False),
    Column("scopes", LongText, nullable=False),
    Column("audience", LongText, nullable=False),
    Column("authenticated_at", Instant, nullable=False),
    Column("nonce", LongText),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("grant_id", Id),  # what was granted for it, once it is spent
)
refresh_tokens = Table(
    "identity_refresh_tokens",
    metadata,
    Column("token_digest", exact_text(64), primary_key=True),
    Column("grant_id", ForeignKey(grants.c.grant_id), nullable=False, index=True),
    Column("issued_at", Instant, nullable=False),
    Column("spent_at", Instant, index=True),
)
api_keys = Table(
    "identity_api_keys",
    metadata,
    Column("key_id", Id, primary_key=True),
    Column("key_digest", exact_text(64), nullable=False, unique=True),
    Column("prefix", exact_text(20), nullable=False),
    Column("name", exact_text(100), nullable=False),
    Column("scopes", LongText, nullable=False),
    Column("client_id", exact_text(64), index=True),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("used_at", Instant),
    Column("ended_at", Instant),
)
audit = Table(  # rows are added, never changed
    "identity_audit",
    metadata,
    Column("entry_id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", exact_text(200), nullable=False),
    Column("deed", exact_text(64), nullable=False),
    Column("subject", exact_text(200), nullable=False),
    Column("outcome", exact_text(64), nullable=False),
    Column("source", exact_text(64), nullable=False),
    Column("detail", LongText, nullable=False),
    Index("identity_audit_actor", "actor", "entry_id"),
    Index("identity_audit_subject", "subject", "entry_id"),
)
outbox = outbox_table(metadata, "identity")
inbox = inbox_table(metadata, "identity")
leases = lease_table(metadata, "identity")
