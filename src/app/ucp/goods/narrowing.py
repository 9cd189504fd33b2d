"""From what a buyer chose of a product's options to the variants that this leaves (UCP 13.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.ucp.goods.offers import Offer, Shelf, is_available

Choices = Mapping[str, str]
"""Labels by the names of options."""


@dataclass(frozen=True)
class Narrowed:
    """`selected` is what holds of all that was chosen; `offers` has the featured variant first."""

    selected: Choices
    offers: tuple[Offer, ...]


def narrowed(
    offers: Sequence[Offer], chosen: Choices, preferences: Sequence[str], shelf: Shelf
) -> Narrowed:
    """CAT-31, CAT-33. Where nothing was chosen, or nothing of it can be had, what the first has that
    can be bought.
    """
    selected = relaxed(offers, chosen, preferences)
    fit = [offer for offer in offers if _is(offer, selected)]
    featured = next((one for one in fit if is_available(one, shelf) is not False), fit[0])
    selected = selected or featured.options
    others = (offer for offer in fit if offer != featured and _is(offer, selected))
    return Narrowed(selected, (featured, *others))


def relaxed(offers: Sequence[Offer], chosen: Choices, preferences: Sequence[str]) -> Choices:
    """What can be had together of all that was chosen: what is preferred least is given up first,
    and after all that is preferred, what was chosen last (CAT-34).
    """
    listed = [name for name in dict.fromkeys(preferences) if name in chosen]
    others = [name for name in chosen if name not in listed]
    left = dict(chosen)
    for name in (*reversed(listed), *reversed(others)):
        if any(_is(offer, left) for offer in offers):
            break
        del left[name]
    return left


def signals(
    offers: Sequence[Offer], selected: Choices, name: str, label: str, shelf: Shelf
) -> dict[str, bool]:
    """Whether there is a variant with this and all else that is selected, and whether it could be
    bought (CAT-35).
    """
    fit = [offer for offer in offers if _is(offer, {**selected, name: label})]
    can_be_bought = any(is_available(offer, shelf) is not False for offer in fit)
    return {"available": can_be_bought, "exists": bool(fit)}


def _is(offer: Offer, selected: Choices) -> bool:
    options = offer.options
    return all(options.get(name) == label for name, label in selected.items())
