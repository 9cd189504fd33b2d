"""accounts, clients, grants, API keys, audit, outbox, inbox"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import Id, Instant, LongText, exact_text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_accounts",
        sa.Column("account_id", Id, nullable=False),
        sa.Column("kind", exact_text(10), nullable=False),
        sa.Column("email", exact_text(320), nullable=False),
        sa.Column("email_key", exact_text(320), nullable=False),
        sa.Column("password_hash", exact_text(200), nullable=True),
        sa.Column("role", exact_text(20), nullable=True),
        sa.Column("customer_id", exact_text(64), nullable=True),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("joined_at", Instant, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("events_recorded", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account_id"),
        sa.UniqueConstraint("kind", "email_key", name="identity_accounts_email"),
    )
    op.create_index("ix_identity_accounts_customer_id", "identity_accounts", ["customer_id"])
    op.create_table(
        "identity_api_keys",
        sa.Column("key_id", Id, nullable=False),
        sa.Column("key_digest", exact_text(64), nullable=False),
        sa.Column("prefix", exact_text(20), nullable=False),
        sa.Column("name", exact_text(100), nullable=False),
        sa.Column("scopes", LongText, nullable=False),
        sa.Column("client_id", exact_text(64), nullable=True),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=True),
        sa.Column("used_at", Instant, nullable=True),
        sa.Column("ended_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("key_id"),
        sa.UniqueConstraint("key_digest"),
    )
    op.create_index("ix_identity_api_keys_client_id", "identity_api_keys", ["client_id"])
    op.create_table(
        "identity_assertions",
        sa.Column("client_id", exact_text(64), nullable=False),
        sa.Column("name_digest", exact_text(64), nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("client_id", "name_digest"),
    )
    op.create_index("ix_identity_assertions_expires_at", "identity_assertions", ["expires_at"])
    op.create_table(
        "identity_audit",
        sa.Column("entry_id", Id, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("actor", exact_text(200), nullable=False),
        sa.Column("deed", exact_text(64), nullable=False),
        sa.Column("subject", exact_text(200), nullable=False),
        sa.Column("outcome", exact_text(64), nullable=False),
        sa.Column("source", exact_text(64), nullable=False),
        sa.Column("detail", LongText, nullable=False),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_index("identity_audit_actor", "identity_audit", ["actor", "entry_id"])
    op.create_index("identity_audit_subject", "identity_audit", ["subject", "entry_id"])
    op.create_table(
        "identity_clients",
        sa.Column("client_id", exact_text(64), nullable=False),
        sa.Column("name", exact_text(100), nullable=False),
        sa.Column("kind", exact_text(20), nullable=False),
        sa.Column("redirect_uris", LongText, nullable=False),
        sa.Column("auth_method", exact_text(30), nullable=False),
        sa.Column("secret_digest", exact_text(64), nullable=True),
        sa.Column("public_keys", LongText, nullable=False),
        sa.Column("scopes", LongText, nullable=False),
        sa.Column("profile_url", LongText, nullable=True),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("registered_at", Instant, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("client_id"),
    )
    op.create_table(
        "identity_codes",
        sa.Column("code_digest", exact_text(64), nullable=False),
        sa.Column("client_id", exact_text(64), nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("redirect_uri", LongText, nullable=False),
        sa.Column("code_challenge", exact_text(128), nullable=False),
        sa.Column("scopes", LongText, nullable=False),
        sa.Column("audience", LongText, nullable=False),
        sa.Column("authenticated_at", Instant, nullable=False),
        sa.Column("nonce", LongText, nullable=True),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("grant_id", Id, nullable=True),
        sa.PrimaryKeyConstraint("code_digest"),
    )
    op.create_index("ix_identity_codes_account_id", "identity_codes", ["account_id"])
    op.create_index("ix_identity_codes_expires_at", "identity_codes", ["expires_at"])
    op.create_table(
        "identity_grants",
        sa.Column("grant_id", Id, nullable=False),
        sa.Column("client_id", exact_text(64), nullable=False),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("scopes", LongText, nullable=False),
        sa.Column("audience", LongText, nullable=False),
        sa.Column("granted_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("used_at", Instant, nullable=False),
        sa.Column("ended_at", Instant, nullable=True),
        sa.Column("authenticated_at", Instant, nullable=True),
        sa.Column("nonce", LongText, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("events_recorded", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("grant_id"),
    )
    op.create_index("ix_identity_grants_account_id", "identity_grants", ["account_id"])
    op.create_index("ix_identity_grants_client_id", "identity_grants", ["client_id"])
    op.create_index("ix_identity_grants_expires_at", "identity_grants", ["expires_at"])
    op.create_table(
        "identity_inbox",
        sa.Column("event_id", Id, nullable=False),
        sa.Column("consumer", exact_text(64), nullable=False),
        sa.Column("name", exact_text(100), nullable=False),
        sa.Column("aggregate_id", exact_text(64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("occurred_at", Instant, nullable=False),
        sa.Column("actor", exact_text(200), nullable=False),
        sa.Column("traceparent", exact_text(55), nullable=False),
        sa.Column("state", exact_text(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", Instant, nullable=True),
        sa.Column("error", LongText, nullable=False),
        sa.Column("body", LongText, nullable=False),
        sa.PrimaryKeyConstraint("event_id", "consumer"),
    )
    op.create_index("ix_identity_inbox_aggregate_id", "identity_inbox", ["aggregate_id"])
    op.create_index("ix_identity_inbox_next_try_at", "identity_inbox", ["next_try_at"])
    op.create_index("ix_identity_inbox_state", "identity_inbox", ["state", "occurred_at"])
    op.create_table(
        "identity_leases",
        sa.Column("name", exact_text(64), nullable=False),
        sa.Column("holder", exact_text(200), nullable=False),
        sa.Column("held_until", Instant, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "identity_outbox",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", exact_text(100), nullable=False),
        sa.Column("aggregate_id", exact_text(64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("occurred_at", Instant, nullable=False),
        sa.Column("sent_at", Instant, nullable=True),
        sa.Column("actor", exact_text(200), nullable=False),
        sa.Column("traceparent", exact_text(55), nullable=False),
        sa.Column("body", LongText, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("aggregate_id", "sequence", name="identity_outbox_sequence"),
    )
    op.create_index("ix_identity_outbox_sent_at", "identity_outbox", ["sent_at"])
    op.create_table(
        "identity_tries",
        sa.Column("subject", exact_text(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("free_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("subject"),
    )
    op.create_index("ix_identity_tries_expires_at", "identity_tries", ["expires_at"])
    op.create_table(
        "identity_mail",
        sa.Column("mail_id", Id, nullable=False),
        sa.Column("purpose", exact_text(10), nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["identity_accounts.account_id"]),
        sa.PrimaryKeyConstraint("mail_id"),
        sa.UniqueConstraint("account_id", "purpose", name="identity_mail_purpose"),
    )
    op.create_index("ix_identity_mail_next_try_at", "identity_mail", ["next_try_at"])
    op.create_table(
        "identity_refresh_tokens",
        sa.Column("token_digest", exact_text(64), nullable=False),
        sa.Column("grant_id", Id, nullable=False),
        sa.Column("issued_at", Instant, nullable=False),
        sa.Column("spent_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(["grant_id"], ["identity_grants.grant_id"]),
        sa.PrimaryKeyConstraint("token_digest"),
    )
    op.create_index("ix_identity_refresh_tokens_grant_id", "identity_refresh_tokens", ["grant_id"])
    op.create_index("ix_identity_refresh_tokens_spent_at", "identity_refresh_tokens", ["spent_at"])
    op.create_table(
        "identity_sessions",
        sa.Column("session_id", Id, nullable=False),
        sa.Column("token_digest", exact_text(64), nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("agent", exact_text(300), nullable=False),
        sa.Column("source", exact_text(64), nullable=False),
        sa.Column("signed_in_at", Instant, nullable=False),
        sa.Column("seen_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["identity_accounts.account_id"]),
        sa.PrimaryKeyConstraint("session_id"),
        sa.UniqueConstraint("token_digest"),
    )
    op.create_index("ix_identity_sessions_account_id", "identity_sessions", ["account_id"])
    op.create_index("ix_identity_sessions_expires_at", "identity_sessions", ["expires_at"])
    op.create_table(
        "identity_tickets",
        sa.Column("ticket_digest", exact_text(64), nullable=False),
        sa.Column("purpose", exact_text(10), nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["identity_accounts.account_id"]),
        sa.PrimaryKeyConstraint("ticket_digest"),
    )
    op.create_index("ix_identity_tickets_account_id", "identity_tickets", ["account_id"])
    op.create_index("ix_identity_tickets_expires_at", "identity_tickets", ["expires_at"])


def downgrade() -> None:
    op.drop_table("identity_tickets")
    op.drop_table("identity_sessions")
    op.drop_table("identity_refresh_tokens")
    op.drop_table("identity_mail")
    op.drop_table("identity_tries")
    op.drop_table("identity_outbox")
    op.drop_table("identity_leases")
    op.drop_table("identity_inbox")
    op.drop_table("identity_grants")
    op.drop_table("identity_codes")
    op.drop_table("identity_clients")
    op.drop_table("identity_audit")
    op.drop_table("identity_assertions")
    op.drop_table("identity_api_keys")
    op.drop_table("identity_accounts")
