"""stripe intents, questions to the provider"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Id = (
    sa.LargeBinary(16)
    .with_variant(mysql.BINARY(16), "mysql", "mariadb")
    .with_variant(sa.Uuid(), "postgresql")
)
Instant = sa.DateTime(timezone=True).with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")


def exact_text(length: int) -> sa.types.TypeEngine[str]:
    exact = sa.String(length, collation="utf8mb4_bin")
    return sa.String(length).with_variant(exact, "mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "payments_stripe_intents",
        sa.Column("attempt_id", Id, nullable=False),
        sa.Column("intent_id", exact_text(255), nullable=True),
        sa.Column("capture_key", exact_text(255), nullable=True),
        sa.Column("declined_because", sa.Text(), nullable=True),
        sa.Column("is_given_up", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id"),
    )
    op.create_table(
        "payments_questions",
        sa.Column("attempt_id", Id, nullable=False),
        sa.Column("ask_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("attempt_id"),
    )
    op.create_index("ix_payments_questions_ask_at", "payments_questions", ["ask_at"])


def downgrade() -> None:
    op.drop_table("payments_questions")
    op.drop_table("payments_stripe_intents")
