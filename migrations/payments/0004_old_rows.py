"""indexes by which what is old is found"""

from alembic import op

from infrastructure.shared.migrations.online import index_online

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_online("ix_payments_inbox_state", "payments_inbox", ["state", "occurred_at"])


def downgrade() -> None:
    op.drop_index("ix_payments_inbox_state", "payments_inbox")
