"""Whether a buyer who let the platform know them would be better off (UCP OAU-29)."""

from domain.contracts.ordering import CheckoutDetails, Notice

INVITATION = Notice(
    kind="info",
    code="identity_optional",
    text="Buyers who link their account can choose from the addresses they have used before.",
)


def invitation(checkout: CheckoutDetails) -> Notice | None:
    """Where it is still to be said where goods go. Whoever the buyer may be: whether we know them
    is nothing that strangers are told.
    """
    is_chosen = any(method.selected_destination_id for method in checkout.methods or ())
    is_asked = any(is_about_delivery(notice) for notice in checkout.notices)
    is_open = checkout.status == "incomplete"
    return INVITATION if is_open and is_asked and not is_chosen else None


def is_about_delivery(notice: Notice) -> bool:
    """Whether something must still be said before goods can be delivered. A delivery that was never
    spoken of has no place in the checkout to point at.
    """
    is_there = notice.path is None or notice.path.startswith("fulfillment")
    return notice.code == "missing" and is_there
