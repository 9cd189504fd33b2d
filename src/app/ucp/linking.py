"""In whose name a platform asks, and what that opens (UCP section 22)."""

from dataclasses import replace

from app.edge.callers import Caller
from app.ucp.presentation import Presentation
from app.ucp.scopes import MANAGE_CHECKOUTS, READ_ORDERS
from domain.contracts.ordering import FindCart, FindCheckout, FindOrder, KnownBuyer
from domain.shared.values import CartId, CheckoutId, OrderId


def account_of(asking: Caller) -> str | None:
    """The buyer in whose name it asks, whatever they let it do."""
    return str(asking.account_id) if asking.account_id else None


def known_buyer(asking: Caller) -> KnownBuyer | None:
    """The buyer whose name and addresses it may be told."""
    may_know = MANAGE_CHECKOUTS in asking.scopes and asking.account_id
    if not (may_know and asking.customer_id and asking.email):
        return None  # nobody has said yet that the e-mail address is theirs
    return KnownBuyer(customer_id=asking.customer_id, email=asking.email)


def checkout_wanted(checkout_id: CheckoutId, asking: Caller) -> FindCheckout:
    return FindCheckout(checkout_id=checkout_id, client=asking.client, account=account_of(asking))


def cart_wanted(cart_id: CartId, asking: Caller) -> FindCart:
    return FindCart(cart_id=cart_id, client=asking.client, account=account_of(asking))


def order_wanted(order_id: OrderId, asking: Caller) -> FindOrder:
    """The platform's own orders and, where the buyer lets it, all of the buyer's (ORD-15, ORD-16)."""
    return FindOrder(
        order_id=order_id,
        client=asking.client,
        account=account_of(asking),
        email=asking.email if asking.customer_id else None,
        sees_all_of_buyer=READ_ORDERS in asking.scopes and asking.account_id is not None,
    )


def shown_to(asking: Caller, shown: Presentation) -> Presentation:
    """How it is answered. Interop clients, who get all there is to unlock, are not invited."""
    is_guest = asking.account_id is None and not shown.is_interop
    return replace(shown, invites=True) if is_guest else shown
