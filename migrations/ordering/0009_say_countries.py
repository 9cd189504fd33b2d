"""move: the country from the history of an order to its column"""

import json

import sqlalchemy as sa

from infrastructure.shared.columns import Id

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

AT_ONCE = 500
orders = sa.table(
    "ordering_orders", sa.column("order_id", Id), sa.column("country"), sa.column("history")
)
UNSAID = (
    sa.select(orders.c.order_id, orders.c.history)
    .where(orders.c.country.is_(None))
    .order_by(orders.c.order_id)
    .limit(AT_ONCE)
)
SAY = (
    orders.update()
    .where(orders.c.order_id == sa.bindparam("of_order", type_=Id), orders.c.country.is_(None))
    .values(country=sa.bindparam("said"))
)


def move(connection: sa.Connection) -> int:
    """Some orders; who saves one meanwhile says the same."""
    said = [
        {"of_order": order_id, "said": country_in(history)}
        for order_id, history in connection.execute(UNSAID)
    ]
    if said:
        connection.execute(SAY, said)
    return len(said)


def country_in(history: str) -> str:
    first = next(iter(json.loads(history).get("expectations", ())), {})
    return first.get("destination", {}).get("address_country") or ""


def upgrade() -> None:
    """All is done by `move`."""


def downgrade() -> None:
    """What was moved is in the history still."""
