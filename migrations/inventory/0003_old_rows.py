"""indexes by which what is old is found"""

from alembic import op

from infrastructure.shared.migrations.online import index_online

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_online("ix_inventory_inbox_state", "inventory_inbox", ["state", "occurred_at"])
    index_online(
        "ix_inventory_reservations_state", "inventory_reservations", ["state", "attempt_id"]
    )


def downgrade() -> None:
    op.drop_index("ix_inventory_reservations_state", "inventory_reservations")
    op.drop_index("ix_inventory_inbox_state", "inventory_inbox")
