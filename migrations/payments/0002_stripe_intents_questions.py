"""stripe intents, questions to the provider"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import Id, Instant, LongText, exact_text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payments_stripe_intents",
        sa.Column("attempt_id", Id, nullable=False),
        sa.Column("intent_id", exact_text(255), nullable=True),
        sa.Column("capture_key", exact_text(255), nullable=True),
        sa.Column("declined_because", LongText, nullable=True),
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
