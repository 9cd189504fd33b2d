"""What is asked about products again and again."""

from sqlalchemy import and_, bindparam, case, func, select

from infrastructure.catalog.tables import prices, products, variants

how_many = (
    select(func.count())
    .where(variants.c.product_id == products.c.product_id)
    .correlate(products)
    .scalar_subquery()
)
is_first = and_(variants.c.number == 0, prices.c.number == 0)
whole = (
    select(
        products.c.product_id,
        products.c.title,
        products.c.categories,
        products.c.version,
        products.c.is_archived,
        products.c.events_recorded,
        # what may be long comes once, not again with every price
        case((is_first, products.c.description), else_="").label("description"),
        case((is_first, products.c.media), else_="").label("media"),
        case((is_first, products.c.disclosures), else_="").label("disclosures"),
        variants.c.sku,
        variants.c.title.label("variant_title"),
        variants.c.options,
        variants.c.needs_delivery,
        variants.c.tax_category,
        variants.c.ships_apart,
        prices.c.currency,
        prices.c.minor_units,
    )
    .select_from(products.join(variants).join(prices, prices.c.sku == variants.c.sku))
    .order_by(products.c.product_id, variants.c.number, prices.c.number)
)
sold = (
    select(
        variants,
        products.c.image_url,
        products.c.disclosures,
        prices.c.minor_units,
        prices.c.currency,
    )
    .select_from(variants.join(products).join(prices, prices.c.sku == variants.c.sku))
    .where(
        ~products.c.is_archived,
        variants.c.sku.in_(bindparam("skus", expanding=True)),
        prices.c.currency == bindparam("of_currency"),
    )
)
"""Variants as they stand on an order line. Built once: building it costs more than executing it."""
