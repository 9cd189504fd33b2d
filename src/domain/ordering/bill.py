"""A quote as the buyer reads it: lines and totals that add up."""

from collections.abc import Mapping, Sequence

from domain.contracts.catalog import Item
from domain.contracts.ordering import (
    Allocation,
    AppliedDiscount,
    CheckoutLine,
    Group,
    Notice,
    Option,
    Total,
    TotalPart,
    WantedLine,
)
from domain.contracts.pricing import Quote
from domain.shared.values import Sku

REJECTIONS = {
    "invalid": ("discount_code_invalid", "This code is not known."),
    "expired": ("discount_code_expired", "This code has expired."),
    "combination_disallowed": (
        "discount_code_combination_disallowed",
        "This code cannot be combined with other codes.",
    ),
    "user_not_logged_in": (
        "discount_code_user_not_logged_in",
        "This code is for buyers who have linked their account.",
    ),
    "already_applied": ("discount_code_already_applied", "This code is applied already."),
}


def lines(
    wanted: Sequence[WantedLine], items: Mapping[Sku, Item], quote: Quote
) -> tuple[CheckoutLine, ...]:
    """Each wanted line as it is priced. `quote` has a line for each, in their order."""
    return tuple(
        CheckoutLine(
            line_id=priced.line_id,
            sku=line.sku,
            title=items[line.sku].title,
            image_url=items[line.sku].image_url,
            quantity=line.quantity,
            parent_id=line.parent_id,
            unit_price=items[line.sku].unit_price.minor_units,
            subtotal=priced.subtotal,
            discount=priced.discount,
            total=priced.subtotal - priced.discount,
            tax=priced.total - priced.subtotal + priced.discount,
        )
        for line, priced in zip(wanted, quote.lines, strict=True)
    )


def totals(quote: Quote) -> tuple[Total, ...]:
    """The bill: everything but `total` adds up to it. Included tax is only a part of it."""
    entries = [Total(kind="subtotal", amount=quote.subtotal, text="Subtotal")]
    if quote.discount:
        entries.append(Total(kind="items_discount", amount=-quote.discount, text="Discounts"))
    entries += _reductions(quote, "order")
    entries += [
        Total(kind="fulfillment", amount=choice.price, text=choice.title)
        for choice in quote.shipping_choices
        if choice.is_selected
    ]
    entries += _reductions(quote, "shipping")
    entries += [
        Total(kind="tax", amount=tax.amount, text=tax.title)
        for tax in quote.taxes
        if not tax.is_included
    ]
    return (*entries, _grand_total(quote))


def _reductions(quote: Quote, target: str) -> list[Total]:
    """What does not come off lines is told entry by entry, beside the whole price (UCP DSC-8, A-24)."""
    is_for_delivery = target == "shipping"
    return [
        Total(kind="discount", amount=-d.amount, text=d.title, is_for_delivery=is_for_delivery)
        for d in quote.applied
        if d.target == target
    ]


def _grand_total(quote: Quote) -> Total:
    included = [
        TotalPart(text=f"of it {t.title}", amount=t.amount) for t in quote.taxes if t.is_included
    ]
    if included:
        net = quote.total - sum(part.amount for part in included)
        included.insert(0, TotalPart(text="Net", amount=net))
    return Total(kind="total", amount=quote.total, text="Total", parts=tuple(included))


def discounts(quote: Quote) -> tuple[AppliedDiscount, ...]:
    return tuple(
        AppliedDiscount(
            code=applied.code if applied.claim is None else None,
            claim=applied.claim or None,
            proof=applied.proof,
            title=applied.title,
            amount=applied.amount,
            priority=applied.priority,
            allocations=tuple(
                Allocation(line_id=a.line_id, amount=a.amount, group_id=a.group_id)
                for a in applied.allocations
            ),
            method=applied.method,
        )
        for applied in quote.applied
    )


def rejected_codes(quote: Quote) -> tuple[Notice, ...]:
    return tuple(
        Notice(
            kind="warning",
            code=REJECTIONS[rejected.reason][0],
            text=REJECTIONS[rejected.reason][1],
            path=f"discounts.codes[{rejected.index}]",
        )
        for rejected in quote.rejected
    )


def options(group: Group, quote: Quote) -> tuple[Option, ...]:
    """Ways to deliver a group, at the price that promotions leave."""
    priced = {c.option_id: c for c in quote.shipping_choices if c.group_id == group.group_id}
    return tuple(
        Option(
            option_id=option.option_id,
            service_level=option.service_level,
            title=priced[option.option_id].title,
            price=priced[option.option_id].price,
            carrier=option.carrier,
            description=option.description,
            earliest_at=option.earliest_at,
            latest_at=option.latest_at,
        )
        for option in group.options
    )
