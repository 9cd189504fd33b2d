"""move: what products are found by, from what they are described like"""

import json
from typing import Any

import sqlalchemy as sa

from domain.catalog.words import joined, words_of

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

AT_ONCE = 100
products = sa.table(
    "catalog_products",
    *map(sa.column, ("product_id", "title", "categories", "description", "is_archived")),
)
variants = sa.table(
    "catalog_variants", *map(sa.column, ("product_id", "number", "sku", "title", "options"))
)
categories = sa.table("catalog_categories", sa.column("category"), sa.column("product_id"))
search = sa.table("catalog_search", *map(sa.column, ("product_id", "title", "categories", "words")))
UNSAID = (
    sa.select(products)
    .where(
        products.c.is_archived == sa.false(),
        ~sa.exists().where(search.c.product_id == products.c.product_id),
    )
    .order_by(products.c.product_id)
    .limit(AT_ONCE)
)


def move(connection: sa.Connection, after: str | None) -> str | None:
    """Some products. Whoever saves one meanwhile waits, or has said the same."""
    unsaid = UNSAID.where(products.c.product_id > after) if after else UNSAID
    locked = connection.execute(unsaid.with_for_update(of=products)).all()
    if not locked:
        return None
    ids = [row.product_id for row in locked]
    said = sa.select(search.c.product_id).where(search.c.product_id.in_(ids))
    by_others = set(connection.execute(said).scalars())
    if found := [row for row in locked if row.product_id not in by_others]:
        say(connection, found)
    return ids[-1]


def say(connection: sa.Connection, found: list[sa.Row[Any]]) -> None:
    ids = [row.product_id for row in found]
    sold = sold_as(connection, ids)
    listed = {row.product_id: tuple(dict.fromkeys(json.loads(row.categories))) for row in found}
    connection.execute(categories.delete().where(categories.c.product_id.in_(ids)))
    if rows := [{"product_id": i, "category": one} for i in ids for one in listed[i]]:
        connection.execute(categories.insert(), rows)
    words = [
        {
            "product_id": row.product_id,
            "title": joined(words_of(row.title)),
            "categories": joined(words_of(*its)),
            "words": joined(words_of(row.title, *its, *sold[row.product_id], row.description)),
        }
        for row in found
        for its in [listed[row.product_id]]
    ]
    connection.execute(search.insert(), words)


def sold_as(connection: sa.Connection, ids: list[str]) -> dict[str, list[str]]:
    theirs = sa.select(variants).where(variants.c.product_id.in_(ids)).order_by(variants.c.number)
    sold: dict[str, list[str]] = {product_id: [] for product_id in ids}
    for one in connection.execute(theirs):
        labels = [option["label"] for option in json.loads(one.options)]
        sold[one.product_id] += (one.title, *labels, one.sku)
    return sold


def upgrade() -> None:
    """All is done by `move`."""


def downgrade() -> None:
    """What was moved goes with its tables."""
