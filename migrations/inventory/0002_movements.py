"""movements"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import Id, Instant, exact_text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inventory_movements",
        sa.Column("movement_id", Id, nullable=False),
        sa.Column("sku", exact_text(64), nullable=False),
        sa.Column("reason", exact_text(20), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("units_on_hand", sa.Integer(), nullable=False),
        sa.Column("note", exact_text(500), nullable=False),
        sa.Column("reference", exact_text(200), nullable=True),
        sa.Column("key", exact_text(300), nullable=True),
        sa.Column("order_id", Id, nullable=True),
        sa.Column("actor", exact_text(200), nullable=False),
        sa.Column("moved_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("movement_id"),
        sa.UniqueConstraint("key", name="inventory_movements_key"),
    )
    op.create_index("ix_inventory_movements_sku", "inventory_movements", ["sku", "movement_id"])


def downgrade() -> None:
    op.drop_table("inventory_movements")
