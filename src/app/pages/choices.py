"""What a buyer chooses from on a checkout's page, and what its fields hold already."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.pages import money
from app.pages.countries import name_of
from app.pages.form import ADDRESS, CONTACT, ELSEWHERE, of_platform
from app.pages.wishes import TYPED
from domain.contracts.ordering import CheckoutDetails, Destination, Option
from domain.shared.countries import spelt
from domain.shared.values import Address


@dataclass(frozen=True, kw_only=True)
class Choice:
    name: str
    title: str
    text: str
    is_chosen: bool


def held(details: CheckoutDetails) -> dict[str, str]:
    """What the fields hold before anything is typed. The first known address is proposed."""
    buyer, selected = details.buyer, None
    address = Address(address_country=details.context.address_country if details.context else None)
    for method in details.methods or ():
        selected = method.selected_destination_id
        for place in method.destinations:
            address = place.address if place.destination_id == TYPED else address
    values = {name: getattr(address, name) or "" for name in ADDRESS}
    values["address_country"] = spelt(values["address_country"]) or ""
    values |= {name: getattr(buyer, name, None) or "" for name in CONTACT}
    others = [named(place) for place in known(details)]
    chosen = selected and (ELSEWHERE if selected == TYPED else of_platform(selected))
    values["destination"] = (chosen or others[0]) if others else ""
    return {**values, "code": "", "way": "", "option": ""}


def known(details: CheckoutDetails) -> tuple[Destination, ...]:
    """Addresses that the checkout has beside the one that is typed into the page."""
    return tuple(
        place
        for method in details.methods or ()
        for place in method.destinations
        if place.destination_id and place.destination_id != TYPED
    )


def named(place: Destination) -> str:
    return of_platform(place.destination_id or "")


def destinations(details: CheckoutDetails, values: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            name=named(place),
            title=one_line(place.address),
            text="",
            is_chosen=values["destination"] == named(place),
        )
        for place in known(details)
    )


def options(details: CheckoutDetails, values: Mapping[str, str]) -> tuple[Choice, ...]:
    """The cheapest is proposed where none is chosen: nothing is charged before the buyer goes on.
    What goes in several groups costs what they cost together.
    """
    groups = [group for method in details.methods or () for group in method.groups]
    together: dict[str, Option] = {}
    for option in (option for group in groups for option in group.options):
        others = together.get(option.option_id)
        price = option.price + (others.price if others else 0)
        together[option.option_id] = replace(option, price=price)
    offered = sorted(together.values(), key=lambda option: option.price)
    chosen = values["option"] or next((c for g in groups if (c := g.selected_option_id)), None)
    chosen = chosen or next((option.option_id for option in offered), None)
    return tuple(
        Choice(
            name=option.option_id,
            title=option.title,
            text=money.told(option.price, details.currency) if option.price else "Free",
            is_chosen=option.option_id == chosen,
        )
        for option in offered
    )


def one_line(address: Address) -> str:
    parts = [
        " ".join(filter(None, (address.first_name, address.last_name))),
        address.street_address,
        address.extended_address,
        address.address_locality,
        " ".join(filter(None, (address.address_region, address.postal_code))),
        name_of(address.address_country),
    ]
    return ", ".join(part for part in parts if part)
