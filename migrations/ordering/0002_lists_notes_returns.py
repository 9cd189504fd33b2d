"""lists of orders by what staff asks for, notes, tax of lines, returns"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import Id, Instant, LongText, exact_text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ORDERS, LINES = "ordering_orders", "ordering_order_lines"


def upgrade() -> None:
    op.add_column(
        ORDERS, sa.Column("status", exact_text(24), server_default="open", nullable=False)
    )
    op.add_column(LINES, sa.Column("tax", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column(
        LINES, sa.Column("units_returning", sa.Integer(), server_default="0", nullable=False)
    )
    for column in ("status", "email", "client"):
        op.create_index(f"ix_{ORDERS}_{column}", ORDERS, [column, "order_id"])
    op.drop_index(f"ix_{LINES}_sku", LINES)
    op.create_index(f"ix_{LINES}_sku", LINES, ["sku", "order_id"])
    op.create_index("ix_ordering_attempts_state", "ordering_attempts", ["state", "attempt_id"])
    op.create_table(
        "ordering_returns",
        sa.Column("return_id", Id, nullable=False),
        sa.Column("order_id", Id, nullable=False),
        sa.Column("key", exact_text(200), nullable=False),
        sa.Column("requested_at", Instant, nullable=False),
        sa.Column("currency", exact_text(3), nullable=False),
        sa.Column("state", exact_text(16), nullable=False),
        sa.Column("reason", LongText, nullable=False),
        sa.Column("decision", LongText, nullable=False),
        sa.Column("receive_key", exact_text(200), nullable=True),
        sa.Column("cancel_key", exact_text(200), nullable=True),
        sa.Column("lines", LongText, nullable=False),
        sa.Column("refunds", LongText, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], [f"{ORDERS}.order_id"]),
        sa.PrimaryKeyConstraint("return_id"),
        sa.UniqueConstraint("order_id", "key", name="ordering_returns_key"),
    )
    op.create_index("ix_ordering_returns_order_id", "ordering_returns", ["order_id", "return_id"])
    op.create_index("ix_ordering_returns_state", "ordering_returns", ["state", "return_id"])


def downgrade() -> None:
    op.drop_table("ordering_returns")
    op.drop_index("ix_ordering_attempts_state", "ordering_attempts")
    op.drop_index(f"ix_{LINES}_sku", LINES)
    op.create_index(f"ix_{LINES}_sku", LINES, ["sku"])
    for column in ("client", "email", "status"):
        op.drop_index(f"ix_{ORDERS}_{column}", ORDERS)
    op.drop_column(LINES, "units_returning")
    op.drop_column(LINES, "tax")
    op.drop_column(ORDERS, "status")
