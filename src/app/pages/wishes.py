"""What a buyer filled in, as messages to ordering.

A page asks as the client whose checkout it is: a link that was handed on opens that checkout and
nothing else. All that is not on the page is said again as it was.
"""

from dataclasses import fields, replace
from hashlib import sha256

from app.pages.form import ADDRESS, CONTACT, Filled
from domain.contracts.ordering import (
    Buyer,
    CancelCheckout,
    CheckoutDetails,
    CompleteCheckout,
    Destination,
    Method,
    PaymentInstrument,
    Request,
    UpdateCheckout,
    WantedGroup,
    WantedLine,
    WantedMethod,
)
from domain.shared.values import Address, Quantity

TYPED = "typed_on_page_7c41b0d2e95f"
"""The id of the destination that is typed into the page. No platform comes to this by chance; what
it sends back under this id is what it has from us.
"""
MOST_CODES = 20


def request(filled: Filled, details: CheckoutDetails, operation: str) -> Request:
    """A form that is sent again is the same request: its key was minted when it was shown."""
    said = "\n".join(
        f"{len(value)} {name}={value}" for name, value in sorted(filled.values.items())
    )
    return Request(
        client=details.client,
        operation=operation,
        key=filled["key"],
        fingerprint=sha256(f"{details.checkout_id}\n{said}".encode()).hexdigest(),
    )


def update(filled: Filled, details: CheckoutDetails) -> UpdateCheckout:
    """What was claimed of the buyer cannot be shown to be true on a page: it is not claimed here."""
    return UpdateCheckout(
        request=request(filled, details, "page_update"),
        checkout_id=details.checkout_id,
        lines=_lines(filled, details),
        buyer=_buyer(filled, details),
        context=replace(details.context, eligibility=()) if details.context else None,
        codes=_codes(filled, details),
        methods=_methods(filled, details),
    )


def complete(
    filled: Filled, details: CheckoutDetails, instrument: PaymentInstrument | None
) -> CompleteCheckout:
    """These details are bought, or nothing: they may be changed before this arrives."""
    return CompleteCheckout(
        request=request(filled, details, "page_complete"),
        checkout_id=details.checkout_id,
        instrument=instrument,
        deal=details.deal or None,
        is_by_buyer=True,
    )


def cancel(filled: Filled, details: CheckoutDetails) -> CancelCheckout:
    return CancelCheckout(
        request=request(filled, details, "page_cancel"), checkout_id=details.checkout_id
    )


def _lines(filled: Filled, details: CheckoutDetails) -> tuple[WantedLine, ...]:
    """Whoever removes the last line wants none of it, and says so by cancelling."""
    verb, what = filled.asked
    kept = [line for line in details.lines if (verb, what) != ("remove", line.line_id)]
    return tuple(
        WantedLine(
            sku=line.sku,
            quantity=Quantity(int(filled[f"quantity-{line.line_id}"] or line.quantity.units)),
            line_id=line.line_id,
            parent_id=line.parent_id,
        )
        for line in kept or details.lines
    )


def _buyer(filled: Filled, details: CheckoutDetails) -> Buyer | None:
    said = {name: filled[name] or None for name in CONTACT}
    consents = details.buyer.consents if details.buyer else None
    return Buyer(**said, consents=consents) if consents or any(said.values()) else None


def _codes(filled: Filled, details: CheckoutDetails) -> tuple[str, ...] | None:
    """Those that were refused are not kept: they have been told of."""
    verb, what = filled.asked
    refused = {n.path for n in details.notices if (n.path or "").startswith("discounts.codes")}
    kept = [
        code
        for index, code in enumerate(details.codes or ())
        if f"discounts.codes[{index}]" not in refused and (verb, what) != ("drop", code)
    ]
    if filled["code"]:
        kept.append(filled["code"])
    return None if details.codes is None and not kept else tuple(kept)[:MOST_CODES]


def _methods(filled: Filled, details: CheckoutDetails) -> tuple[WantedMethod, ...] | None:
    if is_chosen_elsewhere(details):
        return tuple(_kept(method) for method in details.methods or ())
    if details.methods:
        return tuple(_changed(method, filled) for method in details.methods)
    if filled.names_address:
        return (_wanted(None, (_typed(filled),), filled),)
    return None if details.methods is None else ()


def is_chosen_elsewhere(details: CheckoutDetails) -> bool:
    """Whether goods go to several places or in different ways, or are collected: the page has room
    for one way to one place.
    """
    methods = details.methods or ()
    ways = {g.selected_option_id for m in methods for g in m.groups if g.selected_option_id}
    is_collected = any(method.kind == "pickup" for method in methods)
    return len(methods) > 1 or len(ways) > 1 or is_collected


def _kept(method: Method) -> WantedMethod:
    """Goods that go to several places do so as the platform said: the page has room for one."""
    return WantedMethod(
        kind=method.kind,
        method_id=method.method_id,
        line_ids=method.line_ids,
        destinations=method.destinations,
        selected_destination_id=method.selected_destination_id,
        groups=tuple(
            WantedGroup(group_id=group.group_id, selected_option_id=group.selected_option_id)
            for group in method.groups
        ),
    )


def _changed(method: Method, filled: Filled) -> WantedMethod:
    if not filled.names_address:
        return _wanted(method, method.destinations, filled)
    others = tuple(d for d in method.destinations if d.destination_id != TYPED)
    return _wanted(method, (*others, _typed(filled)), filled)


def _wanted(
    method: Method | None, destinations: tuple[Destination, ...], filled: Filled
) -> WantedMethod:
    selected = filled.place or (method.selected_destination_id if method else None)
    return WantedMethod(
        kind=method.kind if method else "shipping",
        method_id=method.method_id if method else None,
        destinations=destinations,
        selected_destination_id=TYPED if filled.names_address else selected,
        groups=_groups(method, filled["option"] or None),
    )


def _groups(method: Method | None, option: str | None) -> tuple[WantedGroup, ...]:
    """What is chosen on the page goes for every group."""
    if not (method and method.groups):
        return (WantedGroup(selected_option_id=option),)
    return tuple(
        WantedGroup(group_id=g.group_id, selected_option_id=option or g.selected_option_id)
        for g in method.groups
    )


def _typed(filled: Filled) -> Destination:
    """The parcel is addressed to the buyer."""
    parts = {part.name for part in fields(Address)} & {*ADDRESS, "first_name", "last_name"}
    address = Address(**{part: filled[part] or None for part in parts})
    return Destination(destination_id=TYPED, address=address)
