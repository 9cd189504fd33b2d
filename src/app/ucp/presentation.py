"""How a client is answered: what was negotiated with it, and what the shop is called.

It travels with the request as text and comes back with the answer to be rendered, so that whoever
renders it, here or in another process, now or after a crash, says the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

VERSION = "2026-04-08"
CHECKOUT = "dev.ucp.shopping.checkout"
CART = "dev.ucp.shopping.cart"
ORDER = "dev.ucp.shopping.order"
CATALOG_SEARCH = "dev.ucp.shopping.catalog.search"
CATALOG_LOOKUP = "dev.ucp.shopping.catalog.lookup"
DISCOUNT = "dev.ucp.shopping.discount"
FULFILLMENT = "dev.ucp.shopping.fulfillment"
BUYER_CONSENT = "dev.ucp.shopping.buyer_consent"
IDENTITY_LINKING = "dev.ucp.common.identity_linking"

PARENTS = {
    DISCOUNT: (CHECKOUT, CART),
    FULFILLMENT: (CHECKOUT,),
    BUYER_CONSENT: (CHECKOUT,),
}
"""Which capabilities each extension extends."""


def _all() -> dict[str, str]:
    roots = CHECKOUT, CART, ORDER, CATALOG_SEARCH, CATALOG_LOOKUP
    return dict.fromkeys((*roots, DISCOUNT, FULFILLMENT, BUYER_CONSENT), VERSION)


@dataclass(frozen=True)
class Instrument:
    """A way to pay by a handler, and what it must be like."""

    type: str
    constraints: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Presentation:
    """`capabilities` are those in use, each with its version; `payment_handlers` are ids, and
    `instruments` what can be paid with by each, where that is not all that the handler knows. Who
    could speak in a buyer's name, and does not, is told what that would open if it `invites`.

    `links` are the shop's policies, by their kind (UCP LNK-2).

    `profile_url` is the platform's own profile; what became of an order is told at `webhook_url`,
    if it names one. Where it `supports_multi_group`, goods of one method may travel in several
    groups.
    """

    base_url: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    version: str = VERSION
    is_interop: bool = False
    capabilities: Mapping[str, str] = field(default_factory=_all)
    payment_handlers: tuple[str, ...] = ()
    instruments: Mapping[str, tuple[Instrument, ...]] = field(default_factory=dict)
    invites: bool = False
    profile_url: str | None = None
    webhook_url: str | None = None
    supports_multi_group: bool = False

    def to_text(self) -> str:
        return _adapter.dump_json(self).decode()

    @classmethod
    def from_text(cls, text: str) -> "Presentation":
        return _adapter.validate_json(text)

    def relevant_to(self, root: str) -> dict[str, str]:
        """The root capability of an operation, and its extensions (UCP NEG-7, NEG-8, NEG-9): none of
        them where the root itself was not negotiated.
        """
        if root not in self.capabilities:
            return {}
        return {
            name: version
            for name, version in self.capabilities.items()
            if root in (name, *PARENTS.get(name, ()))
        }


_adapter = TypeAdapter(Presentation)
