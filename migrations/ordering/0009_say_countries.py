"""move: the country from the history of an order to its column"""

import json
from uuid import UUID

import sqlalchemy as sa

from infrastructure.shared.database.columns import Id

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
    .where(
        orders.c.order_id.in_(sa.bindparam("of_orders", type_=Id, expanding=True)),
        orders.c.country.is_(None),
    )
    .values(country=sa.bindparam("said"))
)


def move(connection: sa.Connection, after: UUID | None) -> UUID | None:
    """Some orders; who saves one meanwhile says the same."""
    unsaid = UNSAID.where(orders.c.order_id > after) if after else UNSAID
    to: dict[str, list[UUID]] = {}
    for order_id, history in connection.execute(unsaid):
        to.setdefault(country_in(history), []).append(order_id)
        after = order_id
    for country, those in to.items():
        connection.execute(SAY, {"of_orders": those, "said": country})
    return after if to else None


def country_in(history: str) -> str:
    first = next(iter(json.loads(history).get("expectations", ())), {})
    return first.get("destination", {}).get("address_country") or ""


def upgrade() -> None:
    """All is done by `move`."""


def downgrade() -> None:
    """What was moved is in the history still."""
