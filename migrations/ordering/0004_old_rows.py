"""indexes by which what is old is found"""

from alembic import op

from infrastructure.shared.migrations.online import index_online

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_online("ix_ordering_inbox_state", "ordering_inbox", ["state", "occurred_at"])
    index_online(
        "ix_ordering_checkouts_order_id", "ordering_checkouts", ["order_id", "checkout_id"]
    )


def downgrade() -> None:
    op.drop_index("ix_ordering_checkouts_order_id", "ordering_checkouts")
    op.drop_index("ix_ordering_inbox_state", "ordering_inbox")
