"""Where the goods of a checkout go, as far as that is chosen."""

from dataclasses import dataclass

from domain.contracts.ordering import BuyerContext, Method, Notice
from domain.shared.countries import spelt
from domain.shared.values import Address

PICKUP = "pickup"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """`methods` is `None` where delivery was never spoken of."""

    methods: tuple[Method, ...] | None
    notices: tuple[Notice, ...] = ()

    @property
    def address(self) -> Address | None:
        """Where the first of the goods go, once that is chosen."""
        chosen = (chosen_address(method) for method in self.methods or ())
        return next((address for address in chosen if address), None)

    def addresses(self) -> dict[str, Address]:
        """Where each line goes, as far as that is chosen."""
        return {
            line_id: address
            for method in self.methods or ()
            for line_id in method.line_ids
            if (address := chosen_address(method))
        }


def chosen_address(method: Method) -> Address | None:
    for destination in method.destinations:
        if destination.destination_id == method.selected_destination_id:
            return destination.address
    return None


def supposed(context: BuyerContext | None) -> Address | None:
    """Where goods may be going, as long as nobody has said where they do (UCP ELG-9)."""
    if context is None:
        return None
    return Address(
        address_country=context.address_country,
        address_region=context.address_region,
        postal_code=context.postal_code,
    )


def country_of(address: Address | None) -> str | None:
    """The country as rates and taxes know it: ISO 3166 alpha-2. The protocol lets it be spelt by
    alpha-3 codes and names too; what is neither is not guessed at, for a wrong guess is a wrong price.
    """
    return spelt((address and address.address_country) or "")


def at(index: int) -> str:
    return f"fulfillment.methods[{index}]"


def an_error(code: str, text: str, path: str | None) -> Notice:
    return Notice(kind="error", code=code, text=text, severity="recoverable", path=path)
