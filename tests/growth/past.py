"""A shop with a past, and some of everything that its staff can list."""

from datetime import datetime
from uuid import UUID

from app.house import House
from domain.contracts.catalog import Catalog, ProductDetails, PutProducts, Variant
from domain.contracts.fulfillment import Fulfillment, PutShippingRates, ShippingRate
from domain.contracts.identity import (
    AddStaff,
    ClientDetails,
    ClientId,
    Identity,
    MakeApiKey,
    RegisterClient,
)
from domain.contracts.inventory import Count, Inventory, SetStock
from domain.contracts.notifications import EVENTS, WEBHOOK, Dispatch, SubscriptionId
from domain.contracts.pricing import Discount, Pricing, Promotion, PutRules, TaxRate
from domain.notifications.delivery import Delivery
from domain.notifications.merchant_subscription import MOST_SUBSCRIPTIONS, MerchantSubscription
from domain.shared.ids import uuid7
from domain.shared.values import AttemptId, Money, OrderId
from infrastructure.inventory.tables import inbox
from infrastructure.notifications.delivery_book import SqlDeliveryBook
from infrastructure.ordering.order_book import SqlOrderBook
from infrastructure.shared.clock import utc_now
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.sales import STANDARD, assortment, sales
from tests.dead import a_letter
from tests.notifications.builders import TARGET, an_order, revised
from tests.ordering.builders import a_checkout, an_attempt

SOME = 60
"""More than a page of those that are asked for."""
SUBSCRIPTION = UUID(int=1)
"""One that was told of as many."""
EVERYWHERE = ShippingRate(
    rate_id=STANDARD,
    country="default",
    service_level="standard",
    title="Standard",
    price=Money(500, "USD"),
)


async def a_past(house: House, orders: int) -> None:
    for some in sales(orders):
        for context in ("ordering", "inventory", "payments", "fulfillment", "customers"):
            if seed := house.kept(context).seed:
                await seed(some)


async def goods(house: House) -> None:
    """On sale, on the shelves, and on their way to everybody."""
    products = tuple(
        ProductDetails(
            product_id=one.sku,
            title=one.title,
            variants=(Variant(sku=one.sku, title=one.title, prices=(Money(one.price, "USD"),)),),
        )
        for one in assortment()[:SOME]
    )
    counts = tuple(Count(sku=one.sku, units_on_hand=1000) for one in assortment()[:SOME])
    await house.contract(Catalog).put_products(PutProducts(products=products))
    await house.contract(Inventory).set_stock(SetStock(counts=counts))
    rates = PutShippingRates(rates=(EVERYWHERE,))
    await house.contract(Fulfillment).put_shipping_rates(rates)


async def rules(house: House) -> None:
    """So many of each kind that staff keeps a list of."""
    names = [f"RULE{number}" for number in range(SOME)]
    message = PutRules(
        discounts=tuple(
            Discount(code=name, kind="percentage", value=10, title=name) for name in names
        ),
        promotions=tuple(
            Promotion(promotion_id=name, title=name, minimum_subtotal=100_000) for name in names
        ),
        tax_rates=tuple(
            TaxRate(country="CA", region=name, basis_points=700, title=name) for name in names
        ),
    )
    await house.contract(Pricing).put_rules(message)
    prices = tuple(
        ShippingRate(
            rate_id=name, country="CA", service_level=name, title=name, price=Money(1, "USD")
        )
        for name in names
    )
    await house.contract(Fulfillment).put_shipping_rates(PutShippingRates(rates=prices))


async def dead_letters(house: House) -> None:
    """Events that inventory could not work through."""
    engine = house.kept("inventory").engine
    for number in range(SOME):
        await a_letter(engine, inbox, "inventory.allocate_stock", seconds=number)


async def people(house: House) -> None:
    """Staff, clients and keys; what was done to let each in is written down."""
    identity = house.contract(Identity)
    for number in range(SOME):
        name = f"somebody-{number}"
        await identity.add_staff(AddStaff(email=f"{name}@shop.example", role="support"))
        client = ClientDetails(client_id=ClientId(name), name=name)
        await identity.register_client(RegisterClient(details=client))
        await identity.make_api_key(MakeApiKey(name=name, scopes=("catalog:read",)))


async def attempts(house: House) -> None:
    async with transaction(house.kept("ordering").engine, SqlOrderBook) as book:
        for _ in range(SOME):
            attempt_id = AttemptId(uuid7(utc_now()))
            await book.add_attempt(an_attempt(a_checkout(), attempt_id=attempt_id))


async def told(house: House) -> None:
    """What platforms and a system of the merchant's were told of orders, each of another."""
    now = utc_now()
    async with transaction(house.kept("notifications").engine, SqlDeliveryBook) as book:
        for number in range(MOST_SUBSCRIPTIONS):
            await book.merchants.add(subscribed(number, now))
        for _ in range(SOME):
            event = revised(an_order(order_id=OrderId(uuid7(now))))
            what = Dispatch(kind=WEBHOOK, target=TARGET, body="{}")
            one = Delivery.of(event, what, None, now)
            await book.keep(one.taken(now))
            another = Delivery.trial(subscribed(0, now), now)
            await book.keep(another.taken(now))


def subscribed(number: int, now: datetime) -> MerchantSubscription:
    return MerchantSubscription(
        subscription_id=SubscriptionId(UUID(int=SUBSCRIPTION.int + number)),
        key=f"key {number}",
        target=TARGET,
        events=EVENTS,
        sealed="",
        created_at=now,
    )
