"""what buyers may want, before they set out to buy it"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import Id, Instant, LongText, exact_text

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ordering_carts",
        sa.Column("cart_id", Id, nullable=False),
        sa.Column("client", exact_text(200), nullable=False),
        sa.Column("state", exact_text(10), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("checkout_id", Id),
        sa.Column("content", LongText, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("cart_id"),
    )
    op.create_index("ix_ordering_carts_expires_at", "ordering_carts", ["expires_at"])


def downgrade() -> None:
    op.drop_index("ix_ordering_carts_expires_at", "ordering_carts")
    op.drop_table("ordering_carts")
