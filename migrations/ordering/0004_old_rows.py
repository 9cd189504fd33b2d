"""indexes by which what is old is found"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_ordering_inbox_state", "ordering_inbox", ["state", "occurred_at"])
    op.create_index(
        "ix_ordering_checkouts_order_id", "ordering_checkouts", ["order_id", "checkout_id"]
    )


def downgrade() -> None:
    op.drop_index("ix_ordering_checkouts_order_id", "ordering_checkouts")
    op.drop_index("ix_ordering_inbox_state", "ordering_inbox")
