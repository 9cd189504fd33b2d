"""orders that were placed before statuses were stored, and e-mail addresses as they are sought"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATUSES = """
UPDATE ordering_orders SET email = LOWER(email), status = CASE
    WHEN is_cancelled THEN 'cancelled'
    WHEN NOT EXISTS (
        SELECT 1 FROM ordering_order_lines l
        WHERE l.order_id = ordering_orders.order_id AND l.units_fulfilled > 0
    ) THEN 'open'
    WHEN EXISTS (
        SELECT 1 FROM ordering_order_lines l
        WHERE l.order_id = ordering_orders.order_id AND l.units_fulfilled < l.units
    ) THEN 'partially_shipped'
    ELSE 'shipped'
END
"""


def upgrade() -> None:
    """What needs no delivery counts as not sent here, until its order next changes."""
    op.execute(STATUSES)


def downgrade() -> None:
    """The schema before has no statuses; the addresses are found as well in lower case."""
