"""Products that were there before there was a search are found, as if they were saved again."""

from alembic import command
from sqlalchemy import text

from infrastructure.shared.migrations.tables import migrate, run
from tests.engines import asked
from tests.migrations.kept import Kept

PRODUCTS = """
INSERT INTO catalog_products
(product_id, title, description, categories, media, version, is_archived) VALUES
('tea', 'Green Tea', 'From the hills.', '["Drinks", "Drinks"]', '[]', 1, {no}),
('gone', 'Green Tea', '', '["Drinks"]', '[]', 1, {yes})
"""
VARIANTS = """
INSERT INTO catalog_variants
(sku, product_id, number, title, item_title, options, needs_delivery, tax_category) VALUES
('T-1', 'tea', 0, 'Small', 'Small', '[{{"name": "size", "label": "XS"}}]', {yes}, 'food')
"""
WORDS = "SELECT * FROM catalog_search"


async def test_what_was_there_before_is_found(kind: str, database_url: str) -> None:
    await run(database_url, "catalog", command.upgrade, "0004")
    yes, no = ("true", "false") if kind == "postgresql" else ("1", "0")
    with asked(database_url).begin() as connection:
        for statement in (PRODUCTS, VARIANTS):
            connection.execute(text(statement.format(yes=yes, no=no).replace(": ", r"\: ")))

    for _ in range(2):
        await migrate(Kept(database_url, ("catalog",)), contract=True)

    with asked(database_url).connect() as connection:
        (found,) = connection.execute(text(WORDS)).mappings()
        listed = connection.execute(text("SELECT * FROM catalog_categories")).all()
    assert dict(found) == {
        "product_id": "tea",
        "title": " qqgreen qqtea ",
        "categories": " qqdrink ",
        "words": " qqgreen qqtea qqdrink qqsmall qqxs qqt qq1 qqfrom qqthe qqhill ",
    }
    assert [tuple(row) for row in listed] == [("Drinks", "tea")]
