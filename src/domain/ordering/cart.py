"""A cart: what somebody may want, before they set out to buy it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.contracts.ordering import (
    Attribution,
    BuyerContext,
    CartDetails,
    Notice,
    UnknownCart,
)
from domain.ordering.checkout import Content
from domain.shared.model import Aggregate
from domain.shared.values import CartId, CheckoutId

LIFETIME = timedelta(days=30)
"""From when it was last touched: long enough to be found again (UCP CAR-6)."""

SHARED = ("line_items", "discounts")


class CartState(StrEnum):
    """One that is not open is there for nobody any more (UCP CAR-2, CAR-13)."""

    OPEN = "open"
    CANCELLED = "cancelled"
    BOUGHT = "bought"


@dataclass
class Cart(Aggregate):
    """Belongs to whom a checkout would. `checkout_id` is the latest that was made of it."""

    cart_id: CartId
    client: str
    content: Content
    created_at: datetime
    expires_at: datetime
    state: CartState = CartState.OPEN
    checkout_id: CheckoutId | None = None

    @classmethod
    def opened(cls, cart_id: CartId, client: str, content: Content, now: datetime) -> "Cart":
        return cls(cart_id, client, content, now, now + LIFETIME)

    def require_there(self, client: str | None, account: str | None, now: datetime) -> None:
        """Refuses with `UnknownCart` where it is gone, or another's; a `client` that is nobody may
        see all.
        """
        if self.state != CartState.OPEN or now >= self.expires_at:
            raise UnknownCart(self.cart_id)
        known = self.content.account
        is_theirs = self.client == client and (None in (account, known) or account == known)
        if client is not None and not is_theirs:
            raise UnknownCart(self.cart_id)

    def belong_to(self, account: str | None) -> None:
        """Be this buyer's from now on, unless it is somebody's already."""
        self.content = replace(self.content, account=self.content.account or account)

    def ascribe(self, attribution: tuple[Attribution, ...] | None) -> None:
        """Have come from there; or from nowhere, if nothing is said of it."""
        self.content = replace(self.content, attribution=attribution or ())

    def shared(self) -> Content:
        """What of it is anybody's who was given its link: goods, and where and how they are priced;
        neither who its buyer is, nor what was said of them alone.
        """
        kept, said = self.content, self.content.context
        context = said and BuyerContext(
            address_country=said.address_country, language=said.language, currency=said.currency
        )
        return replace(kept, buyer=None, account=None, context=context)

    def revise(self, content: Content, now: datetime) -> None:
        """Put this in place of what was wanted."""
        kept = self.content
        self.content = replace(content, account=kept.account, presentation=kept.presentation)
        self.expires_at = now + LIFETIME

    def follow(self, bought: Content) -> None:
        """Have in it what its checkout has, as long as that is under way (UCP CAR-12)."""
        self.content = replace(
            self.content,
            lines=bought.lines,
            totals=bought.totals,
            discounts=bought.discounts,
            codes=bought.codes,
            lines_named=bought.lines_named,
            notices=tuple(n for n in bought.notices if _is_of_cart(n)),
        )

    def become(self, checkout_id: CheckoutId) -> None:
        """Be what this checkout is made of."""
        self.checkout_id = checkout_id

    def cancel(self) -> None:
        self.state = CartState.CANCELLED

    def details(self) -> CartDetails:
        content = self.content
        return CartDetails(
            cart_id=self.cart_id,
            client=self.client,
            currency=content.currency,
            lines=content.lines,
            totals=content.totals,
            expires_at=self.expires_at,
            buyer=content.buyer,
            context=content.context,
            codes=content.codes,
            discounts=content.discounts,
            notices=content.notices,
        )


def _is_of_cart(notice: Notice) -> bool:
    """Whether it is of what a cart has too: it points at lines and codes by their places."""
    return (notice.path or "").startswith(SHARED) or notice.code == "item_unavailable"
