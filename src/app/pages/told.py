"""Where a notice of ordering belongs on the page, and what the page itself has to say."""

import re
from collections.abc import Iterator

from app.pages.wishes import is_chosen_elsewhere
from domain.contracts.ordering import CheckoutDetails, Notice

LINE = re.compile(r"line_items\[(\d+)\]")
TELLING = {
    "changed": "This checkout was changed elsewhere while it was open here. Nothing was ordered: "
    "look it over, then place the order.",
    "total_changed": "The total has changed. Nothing was ordered: look at the new total, then "
    "place the order.",
    "unsure": "The shop did not answer in time. Below is how the checkout stands; you can go on.",
    "undone": "The order could not be placed, and nothing was charged. You can try again.",
    "sent_before": "This form had been sent before. Below is how the checkout stands now.",
    "item_unavailable": "None of these items can be bought at the moment.",
    "out_of_stock": "None of these items is in stock at the moment.",
    "invalid_quantity": "That is more than can be bought in one order. Nothing was changed.",
    "saved": "Saved.",
}
"""What an address may ask the page to say (`?told=saved`): nothing else can be put into it."""
GOOD = ("saved",)
REVIEW = "requires_buyer_review"
GOES_ON = "continue"
"""Told after a buyer went on: only then what is missing is a mistake, and not just still empty."""
NOT_CHARGED = "Nothing was charged. Try again, or choose another way to pay."


def mistakes(details: CheckoutDetails, *, goes_on: bool) -> Iterator[tuple[str, str]]:
    """What stands between a checkout and an order: the field that it belongs to, and a sentence.

    What belongs to no field has none. Notes that are no mistakes are left out, and so is what is
    missing where the same field is told why already.
    """
    told_here = [n for n in details.notices if not _is_told_elsewhere(n)]
    wrong = [n for n in told_here if n.kind != "info" and n.code != "missing"]
    told = {_field(notice, details) for notice in wrong} - {""}
    for notice in details.notices:
        is_empty = notice.code == "missing" and goes_on and _field(notice, details) not in told
        if notice in wrong or is_empty:
            yield _field(notice, details), _text(notice, details)


def beside(notices: tuple[Notice, ...], index: int) -> tuple[Notice, ...]:
    """What must stand beside this line (UCP MSG-6)."""
    here = f"line_items[{index}]"
    return tuple(n for n in notices if n.presentation == "disclosure" and n.path == here)


def _is_told_elsewhere(notice: Notice) -> bool:
    """What stands beside a line for good, and what is no business of the page."""
    is_review = notice.severity == REVIEW  # which is what the page is for
    is_beside = notice.presentation == "disclosure"
    return is_review or is_beside or (notice.path or "").startswith("context")


def is_ready(details: CheckoutDetails) -> bool:
    """Whether nothing is in the way of an order that is placed on the page."""
    errors = [n for n in details.notices if n.kind == "error" and n.code != "payment_failed"]
    is_open = details.status in ("ready_for_complete", "requires_escalation")
    return is_open and all(notice.severity == REVIEW for notice in errors)


def said(note: str, *, has_problems: bool) -> str:
    """What the page was asked to say, unless there is something that says more."""
    return "" if has_problems and note in (*GOOD, "undone") else TELLING.get(note, "")


def needs_delivery(details: CheckoutDetails) -> bool:
    """Whether anything of it is to be sent somewhere, as far as ordering has said, and it is left to
    the page where: what goes to several places was spoken of elsewhere.
    """
    if is_chosen_elsewhere(details):
        return False
    if any(method.line_ids for method in details.methods or ()):
        return True
    return any(_field(n, details) == "destination" for n in details.notices if n.code == "missing")


def _field(notice: Notice, details: CheckoutDetails) -> str:
    path = notice.path or ""
    if (line := LINE.match(path)) and int(line[1]) < len(details.lines):
        return f"quantity-{details.lines[int(line[1])].line_id}"
    if path.startswith("discounts"):
        return "code"
    if path.endswith("selected_option_id"):
        return "option"
    if notice.code == "payment_failed" or path.startswith("payment"):
        return "way"
    is_spoken_of = path.startswith("fulfillment") or (notice.code == "missing" and not path)
    return "destination" if is_spoken_of else ""


def _text(notice: Notice, details: CheckoutDetails) -> str:
    """In words for buyers, who know titles and no SKUs."""
    text = notice.text
    for line in details.lines:
        text = text.replace(f" {line.sku}:", f" {line.title}:")
    if notice.code == "payment_failed":
        return f"{text.removesuffix(' Nothing was charged.')} {NOT_CHARGED}"
    if notice.code.startswith("discount_code") and (code := _code(notice, details)):
        return f"{code}: {text[:1].lower()}{text[1:]}"
    return text


def _code(notice: Notice, details: CheckoutDetails) -> str:
    index = int((re.findall(r"\[(\d+)\]", notice.path or "") or ["-1"])[0])
    return details.codes[index] if details.codes and 0 <= index < len(details.codes) else ""
