"""payments by their state, the newest first"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_payments_payments_state", "payments_payments", ["state", "attempt_id"])


def downgrade() -> None:
    op.drop_index("ix_payments_payments_state", "payments_payments")
