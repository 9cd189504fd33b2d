"""What a basket comes to, having asked everybody who knows something of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.ordering.delivering import Delivering
from app.ordering.wanted import Wanted
from domain.contracts.catalog import Catalog, FindItems, Item
from domain.contracts.customers import (
    CustomerDetails,
    Customers,
    FindCustomer,
    GetCustomer,
    UnknownCustomer,
)
from domain.contracts.fulfillment import Fulfillment
from domain.contracts.inventory import FindStock, Inventory, Stock
from domain.contracts.ordering import (
    Buyer,
    Destination,
    Method,
    Notice,
    WantedLine,
    WantedMethod,
)
from domain.contracts.pricing import (
    BasketLine,
    Pricing,
    Quote,
    RequestQuote,
    ShippingChoice,
    TooMuch,
)
from domain.ordering import basket, bill, eligibility
from domain.ordering.basket import NothingAvailable
from domain.ordering.checkout import REVIEW, Content
from domain.ordering.disclosures import disclosures
from domain.ordering.places import Delivery, country_of, supposed
from domain.ordering.ways import what_is_missing
from domain.ordering.who_buys import introduced, is_themselves
from domain.shared.clock import Clock
from domain.shared.values import CustomerId, Sku, is_currency

HIGH_VALUE = Notice(
    kind="error",
    code="high_value_order",
    text="The buyer must look over an order of this value, and place it.",
    severity=REVIEW,
    path="totals",
)


@dataclass(frozen=True)
class Quoting:
    """Asks by contract, outside any transaction, and changes nothing.

    Raises `NothingAvailable` where no line can be sold.
    """

    catalog: Catalog
    customers: Customers
    fulfillment: Fulfillment
    inventory: Inventory
    pricing: Pricing
    currency: str
    clock: Clock
    review_from: int = 0

    async def __call__(self, wanted: Wanted) -> Content:
        wanted = wanted.completed()
        buyer, stored = await self._who_buys(wanted)
        currency, items = await self._items(wanted)
        known = [line.line_id for line in wanted.known.lines] if wanted.known else []
        used = wanted.known.lines_named if wanted.known else 0
        every = basket.named(wanted.lines, known, used=used)
        lines = tuple(line for line in every if line.sku in items)
        notices = basket.not_for_sale(line.sku for line in every if line.sku not in items)
        stock = await self._stock(wanted, lines)
        notices += () if stock is None else basket.shortages(lines, stock)
        if not lines or (wanted.is_new and stock is not None and basket.is_gone(lines, stock)):
            raise NothingAvailable(notices)

        to_deliver = tuple(
            n for line in lines if items[line.sku].needs_delivery and (n := line.line_id)
        )
        methods = _renamed(wanted.methods, zip(wanted.lines, every, strict=True))
        wanted = replace(wanted, methods=methods)
        apart = [n for line in lines if items[line.sku].ships_apart and (n := line.line_id)]
        delivery, ways = await Delivering(self.fulfillment, self.clock)(
            wanted, stored, to_deliver, currency, apart if wanted.splits else ()
        )
        quote = await self._quote(currency, lines, items, wanted, delivery)
        missing = () if wanted.is_estimate else what_is_missing(delivery, to_deliver)
        return Content(
            currency=currency,
            lines=bill.lines(lines, items, quote),
            totals=bill.totals(quote),
            buyer=buyer,
            context=wanted.context,
            codes=wanted.codes,
            discounts=bill.discounts(quote),
            methods=_priced(delivery, quote),
            may_split=wanted.splits,
            alternatives=ways.alternatives(
                _titles(lines, items), now=not any(n.code == "out_of_stock" for n in notices)
            ),
            lines_named=used + sum(line.line_id not in known for line in every),
            undelivered=tuple(n for line in lines if (n := line.line_id) and n not in to_deliver),
            notices=(
                *notices,
                *delivery.notices,
                *missing,
                *bill.rejected_codes(quote),
                *eligibility.not_accepted(wanted.context, quote),
                *self._to_review(quote, wanted),
                *disclosures(lines, items, delivery.address or supposed(wanted.context)),
            ),
        )

    def _to_review(self, quote: Quote, wanted: Wanted) -> tuple[Notice, ...]:
        """What comes to so much is placed by the buyer, who looks it over (UCP CHK-3, CHK-17)."""
        is_high = 0 < self.review_from <= quote.total and quote.currency == self.currency
        return (HIGH_VALUE,) if is_high and not wanted.is_estimate else ()

    async def _items(self, wanted: Wanted) -> tuple[str, dict[Sku, Item]]:
        """What is sold in the checkout's currency or, for a new one, in the buyer's if all is."""
        skus = tuple(dict.fromkeys(line.sku for line in wanted.lines))
        preferred = wanted.context.currency if wanted.context else None
        if not wanted.known and preferred and is_currency(preferred) and preferred != self.currency:
            items = await self._sold(skus, preferred, wanted)
            if len(items) == len(skus):
                return preferred, items
        currency = wanted.known.currency if wanted.known else self.currency
        return currency, await self._sold(skus, currency, wanted)

    async def _sold(self, skus: tuple[Sku, ...], currency: str, wanted: Wanted) -> dict[Sku, Item]:
        message = FindItems(skus=skus, currency=currency, may_be_stale=wanted.may_be_stale)
        return {item.sku: item for item in (await self.catalog.find_items(message)).items}

    async def _stock(
        self, wanted: Wanted, lines: tuple[WantedLine, ...]
    ) -> dict[Sku, Stock] | None:
        """What is left of all lines, if that matters."""
        if not wanted.checks_stock or not lines:
            return None
        skus = tuple(dict.fromkeys(line.sku for line in lines))
        found = await self.inventory.find_stock(FindStock(skus=skus))
        return {stock.sku: stock for stock in found.items}

    async def _who_buys(self, wanted: Wanted) -> tuple[Buyer | None, Sequence[Destination]]:
        """Who it is, as far as that may be known, and where goods were sent to them before."""
        buyer, known = wanted.buyer, wanted.known_buyer
        email = buyer.email if buyer else None
        if known and is_themselves(known, buyer) and (wanted.methods or not email):
            customer = await self._customer(known.customer_id)
            return introduced(known, buyer, customer), _stored(customer)
        if not (wanted.offers_stored_addresses and wanted.methods and email):
            return buyer, ()
        found = await self.customers.find_customer(FindCustomer(email=email))
        return buyer, _stored(found.customer)

    async def _customer(self, customer_id: CustomerId) -> CustomerDetails | None:
        try:
            return (await self.customers.get_customer(GetCustomer(customer_id=customer_id))).details
        except UnknownCustomer:
            return None  # who was forgotten has no name here

    async def _quote(
        self,
        currency: str,
        lines: tuple[WantedLine, ...],
        items: dict[Sku, Item],
        wanted: Wanted,
        delivery: Delivery,
    ) -> Quote:
        groups = [group for method in delivery.methods or () for group in method.groups]
        address, addresses = delivery.address or supposed(wanted.context), delivery.addresses()
        request = RequestQuote(
            currency=currency,
            lines=tuple(
                BasketLine(
                    line_id=line.line_id or "",
                    sku=line.sku,
                    quantity=line.quantity,
                    unit_price=items[line.sku].unit_price.minor_units,
                    tax_category=items[line.sku].tax_category,
                    country=country_of(there) if there else None,
                    region=there.address_region if there else None,
                )
                for line in lines
                for there in [addresses.get(line.line_id or "")]
            ),
            codes=wanted.codes or (),
            claims=wanted.context.eligibility if wanted.context else (),
            is_known=wanted.is_known,
            country=country_of(address),
            region=address.address_region if address else None,
            shipping=tuple(
                ShippingChoice(
                    group_id=group.group_id,
                    option_id=option.option_id,
                    service_level=option.service_level,
                    title=option.title,
                    price=option.price,
                    is_selected=option.option_id == group.selected_option_id,
                )
                for group in groups
                for option in group.options
            ),
        )
        try:
            return await self.pricing.quote(request)
        except TooMuch as too_much:
            text = "This is more than can be sold in one order."
            notice = Notice(
                kind="error", code="invalid_quantity", text=text, severity="unrecoverable"
            )
            raise NothingAvailable((notice,)) from too_much


def _stored(customer: CustomerDetails | None) -> Sequence[Destination]:
    addresses = customer.addresses if customer else ()
    return [Destination(destination_id=a.address_id, address=a.address) for a in addresses]


def _titles(lines: tuple[WantedLine, ...], items: dict[Sku, Item]) -> dict[str, str]:
    return {line.line_id or "": items[line.sku].title for line in lines}


def _priced(delivery: Delivery, quote: Quote) -> tuple[Method, ...] | None:
    if delivery.methods is None:
        return None
    return tuple(
        replace(
            method,
            groups=tuple(replace(g, options=bill.options(g, quote)) for g in method.groups),
        )
        for method in delivery.methods
    )


def _renamed(
    methods: tuple[WantedMethod, ...] | None, lines: Iterable[tuple[WantedLine, WantedLine]]
) -> tuple[WantedMethod, ...] | None:
    """What the client calls its new lines, as they are called here."""
    names = {said.line_id: known.line_id for said, known in lines if said.line_id}
    return methods and tuple(
        replace(m, line_ids=tuple(names.get(one) or one for one in m.line_ids)) if m.line_ids else m
        for m in methods
    )
