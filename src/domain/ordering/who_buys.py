"""Who buys: what a client says of them, and what need not be said where they let it be known."""

from dataclasses import asdict, replace

from domain.contracts.customers import CustomerDetails
from domain.contracts.ordering import Buyer, KnownBuyer
from domain.shared.emails import known_as
from domain.shared.values import Consents


def is_themselves(known: KnownBuyer, buyer: Buyer | None) -> bool:
    """Whether it is the buyer in whose name the client speaks, and nobody else is named."""
    named = buyer.email if buyer else None
    return named is None or known_as(named) == known_as(known.email)


def introduced(known: KnownBuyer, buyer: Buyer | None, customer: CustomerDetails | None) -> Buyer:
    """The buyer, under their own e-mail address and name where none was said."""
    said = buyer or Buyer()
    if said.email:
        return said
    named = replace(said, email=known.email)
    if customer is None or said.first_name or said.last_name:
        return named
    return replace(named, first_name=customer.first_name, last_name=customer.last_name)


def merged(buyer: Buyer | None, known: Buyer | None) -> Buyer | None:
    """What was said of the buyer now and, where that leaves something open, before."""
    if not (buyer and known):
        return buyer or known
    return Buyer(
        first_name=buyer.first_name or known.first_name,
        last_name=buyer.last_name or known.last_name,
        email=buyer.email or known.email,
        phone_number=buyer.phone_number or known.phone_number,
        consents=_merged(buyer.consents, known.consents),
    )


def _merged(consents: Consents | None, known: Consents | None) -> Consents | None:
    if not (consents and known):
        return consents or known
    said = {name: value for name, value in asdict(consents).items() if value is not None}
    return replace(known, **said)
