"""where buyers collect goods themselves"""

import sqlalchemy as sa
from alembic import op

from infrastructure.shared.database.columns import LongText, exact_text

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fulfillment_pickup_places",
        sa.Column("place_id", exact_text(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", exact_text(200), nullable=False),
        sa.Column("address", LongText, nullable=False),
        sa.PrimaryKeyConstraint("place_id"),
        sa.UniqueConstraint("number", name="fulfillment_pickup_places_number"),
    )


def downgrade() -> None:
    op.drop_table("fulfillment_pickup_places")
