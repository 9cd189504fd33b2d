"""What may be kept of a customer."""

from collections.abc import Iterator
from dataclasses import astuple

from domain.contracts.customers import MOST_ADDRESSES, CustomerDetails
from domain.shared.emails import is_email, is_fit
from domain.shared.values import Address, is_sayable

NAME_LENGTH, TITLE_LENGTH, PHONE_LENGTH = 64, 200, 64


def is_name(text: str) -> bool:
    """Whether a customer or an address could have this as its id."""
    return text == text.strip() and is_fit(text, NAME_LENGTH) and is_sayable(text)


def is_address(address: Address) -> bool:
    """Whether it says something, in parts that can be kept."""
    parts = [part for part in astuple(address) if part is not None]
    return bool(parts) and all(is_fit(part, TITLE_LENGTH) for part in parts)


def complaints(details: CustomerDetails) -> Iterator[str]:
    if not is_name(details.customer_id):
        yield f"its id is blank, dots alone, ends with a space, or is longer than {NAME_LENGTH}"
    if not is_email(details.email):
        yield "its e-mail address has not the form of one"
    for name in (details.first_name, details.last_name):
        if name is not None and not is_fit(name, TITLE_LENGTH):
            yield f"a name is blank or longer than {TITLE_LENGTH}"
    phone = details.phone_number
    if phone is not None and not is_fit(phone, PHONE_LENGTH):
        yield f"its phone number is blank or longer than {PHONE_LENGTH}"
    if len(details.addresses) > MOST_ADDRESSES:
        yield f"it has more than {MOST_ADDRESSES} addresses"
    ids = [one.address_id for one in details.addresses]
    if not all(map(is_name, ids)):
        yield f"an address's id is blank or longer than {NAME_LENGTH}"
    if len(set(ids)) < len(ids):
        yield "two of its addresses have one id"
    if not all(is_address(one.address) for one in details.addresses):
        yield f"an address says nothing, or has a part that is blank or longer than {TITLE_LENGTH}"
