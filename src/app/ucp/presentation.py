"""How a client is answered: what was negotiated with it, and what the shop is called.

It travels with the request as text and comes back with the answer to be rendered, so that whoever
renders it, here or in another process, now or after a crash, says the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import TypeAdapter

VERSION = "2026-04-08"
CHECKOUT = "dev.ucp.shopping.checkout"
ORDER = "dev.ucp.shopping.order"
DISCOUNT = "dev.ucp.shopping.discount"
FULFILLMENT = "dev.ucp.shopping.fulfillment"
BUYER_CONSENT = "dev.ucp.shopping.buyer_consent"

PARENTS = {DISCOUNT: CHECKOUT, FULFILLMENT: CHECKOUT, BUYER_CONSENT: CHECKOUT}
"""Which capability each extension extends."""


def _all() -> dict[str, str]:
    return dict.fromkeys((CHECKOUT, ORDER, DISCOUNT, FULFILLMENT, BUYER_CONSENT), VERSION)


@dataclass(frozen=True, kw_only=True)
class Presentation:
    """`capabilities` are those in use, each with its version; `payment_handlers` are ids."""

    base_url: str = ""
    version: str = VERSION
    is_interop: bool = False
    capabilities: Mapping[str, str] = field(default_factory=_all)
    payment_handlers: tuple[str, ...] = ()

    def to_text(self) -> str:
        return _adapter.dump_json(self).decode()

    @classmethod
    def from_text(cls, text: str) -> "Presentation":
        return _adapter.validate_json(text)

    def relevant_to(self, root: str) -> dict[str, str]:
        """The root capability of an operation, and its extensions (UCP NEG-7, NEG-8)."""
        return {
            name: version
            for name, version in self.capabilities.items()
            if root in (name, PARENTS.get(name))
        }


_adapter = TypeAdapter(Presentation)
