"""What a basket comes to, having asked everybody who knows something of it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from domain.contracts.catalog import Catalog, FindItems, Item
from domain.contracts.customers import Customers, FindCustomer
from domain.contracts.fulfillment import FindOptions, Fulfillment
from domain.contracts.inventory import FindStock, Inventory
from domain.contracts.ordering import (
    Buyer,
    BuyerContext,
    Destination,
    Method,
    Notice,
    Option,
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
from domain.ordering import basket, bill
from domain.ordering.basket import NothingAvailable
from domain.ordering.checkout import Content
from domain.ordering.delivery import THE_GROUP, Delivery, choose, country_of, offer, what_is_missing
from domain.shared.values import Consents, Sku, is_currency


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is `None` was not mentioned: with `is_merge`, `known` has it."""

    lines: tuple[WantedLine, ...]
    buyer: Buyer | None
    context: BuyerContext | None
    codes: tuple[str, ...] | None
    methods: tuple[WantedMethod, ...] | None
    known: Content | None = None
    is_merge: bool = False
    offers_stored_addresses: bool = False
    checks_stock: bool = True
    may_be_stale: bool = True

    @classmethod
    def still(cls, content: Content) -> "Wanted":
        """The same again, as priced now and not a moment ago: for this is what is bought.

        Stock is left to whoever will hold it.
        """
        return cls(
            lines=tuple(
                WantedLine(
                    sku=line.sku,
                    quantity=line.quantity,
                    line_id=line.line_id,
                    parent_id=line.parent_id,
                )
                for line in content.lines
            ),
            buyer=content.buyer,
            context=content.context,
            codes=content.codes,
            methods=None,
            known=content,
            is_merge=True,
            checks_stock=False,
            may_be_stale=False,
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

    async def __call__(self, wanted: Wanted) -> Content:
        wanted = _merged(wanted)
        currency, items = await self._items(wanted)
        known = [line.line_id for line in wanted.known.lines] if wanted.known else []
        used = wanted.known.lines_named if wanted.known else 0
        every = basket.named(wanted.lines, known, used=used)
        lines = tuple(line for line in every if line.sku in items)
        notices = basket.not_for_sale(line.sku for line in every if line.sku not in items)
        notices += await self._shortages(wanted, lines)
        if not lines or (wanted.known is None and _is_hopeless(lines, notices)):
            raise NothingAvailable(notices)

        to_deliver = tuple(
            n for line in lines if items[line.sku].needs_delivery and (n := line.line_id)
        )
        delivery, options = await self._delivery(wanted, to_deliver, currency)
        quote = await self._quote(currency, lines, items, wanted.codes or (), delivery, options)
        missing = what_is_missing(delivery, to_deliver)
        return Content(
            currency=currency,
            lines=bill.lines(lines, items, quote),
            totals=bill.totals(quote),
            buyer=wanted.buyer,
            context=wanted.context,
            codes=wanted.codes,
            discounts=bill.discounts(quote),
            methods=_priced(delivery, options, quote),
            lines_named=used + sum(line.line_id not in known for line in every),
            undelivered=tuple(n for line in lines if (n := line.line_id) and n not in to_deliver),
            notices=(*notices, *delivery.notices, *missing, *bill.rejected_codes(quote)),
        )

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

    async def _shortages(self, wanted: Wanted, lines: tuple[WantedLine, ...]) -> tuple[Notice, ...]:
        if not wanted.checks_stock or not lines:
            return ()
        skus = tuple(dict.fromkeys(line.sku for line in lines))
        found = await self.inventory.find_stock(FindStock(skus=skus))
        return basket.shortages(lines, {stock.sku: stock for stock in found.items})

    async def _delivery(
        self, wanted: Wanted, line_ids: tuple[str, ...], currency: str
    ) -> tuple[Delivery, tuple[Option, ...]]:
        known = wanted.known.methods if wanted.known else None
        delivery = choose(
            wanted.methods,
            known=known,
            stored=await self._stored(wanted),
            line_ids=line_ids,
            is_merge=wanted.is_merge,
        )
        country = country_of(delivery.address)
        options: tuple[Option, ...] = ()
        if country and line_ids:
            found = await self.fulfillment.find_options(
                FindOptions(country=country, currency=currency)
            )
            options = tuple(
                Option(
                    option_id=rate.rate_id,
                    service_level=rate.service_level,
                    title=rate.title,
                    price=rate.price.minor_units,
                    carrier=rate.carrier,
                )
                for rate in found.options
            )
        return offer(delivery, options, known=known), options

    async def _stored(self, wanted: Wanted) -> Sequence[Destination]:
        email = wanted.buyer.email if wanted.buyer else None
        if not (wanted.offers_stored_addresses and wanted.methods and email):
            return ()
        found = await self.customers.find_customer(FindCustomer(email=email))
        addresses = found.customer.addresses if found.customer else ()
        return [Destination(destination_id=a.address_id, address=a.address) for a in addresses]

    async def _quote(
        self,
        currency: str,
        lines: tuple[WantedLine, ...],
        items: dict[Sku, Item],
        codes: tuple[str, ...],
        delivery: Delivery,
        options: tuple[Option, ...],
    ) -> Quote:
        chosen = {g.selected_option_id for m in delivery.methods or () for g in m.groups}
        address = delivery.address
        request = RequestQuote(
            currency=currency,
            lines=tuple(
                BasketLine(
                    line_id=line.line_id or "",
                    sku=line.sku,
                    quantity=line.quantity,
                    unit_price=items[line.sku].unit_price.minor_units,
                    tax_category=items[line.sku].tax_category,
                )
                for line in lines
            ),
            codes=codes,
            country=country_of(address),
            region=address.address_region if address else None,
            shipping=tuple(
                ShippingChoice(
                    group_id=THE_GROUP,
                    option_id=option.option_id,
                    service_level=option.service_level,
                    title=option.title,
                    price=option.price,
                    is_selected=option.option_id in chosen,
                )
                for option in options
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


def _merged(wanted: Wanted) -> Wanted:
    """What was not mentioned, as the checkout had it."""
    if not (wanted.is_merge and wanted.known):
        return wanted
    known = wanted.known
    return replace(
        wanted,
        buyer=_merged_buyer(wanted.buyer, known.buyer),
        context=wanted.context or known.context,
        codes=known.codes if wanted.codes is None else wanted.codes,
    )


def _merged_buyer(buyer: Buyer | None, known: Buyer | None) -> Buyer | None:
    if not (buyer and known):
        return buyer or known
    return Buyer(
        first_name=buyer.first_name or known.first_name,
        last_name=buyer.last_name or known.last_name,
        email=buyer.email or known.email,
        phone_number=buyer.phone_number or known.phone_number,
        consents=_merged_consents(buyer.consents, known.consents),
    )


def _merged_consents(consents: Consents | None, known: Consents | None) -> Consents | None:
    if not (consents and known):
        return consents or known
    said = {name: value for name, value in asdict(consents).items() if value is not None}
    return replace(known, **said)


def _is_hopeless(lines: tuple[WantedLine, ...], notices: tuple[Notice, ...]) -> bool:
    """Whether every line is short of something: there is nothing to begin with."""
    return sum(notice.code == "out_of_stock" for notice in notices) == len(lines)


def _priced(
    delivery: Delivery, options: tuple[Option, ...], quote: Quote
) -> tuple[Method, ...] | None:
    offered = bill.options(options, quote)
    if delivery.methods is None:
        return None
    return tuple(
        replace(method, groups=tuple(replace(group, options=offered) for group in method.groups))
        for method in delivery.methods
    )
