"""What buyers claim to be, and what is made of it (UCP section 10.5)."""

from collections.abc import Iterator

from domain.contracts.ordering import BuyerContext, Notice, PaymentInstrument
from domain.contracts.pricing import Quote
from domain.ordering.checkout import Content

BY_ACCOUNT = "account"


def not_accepted(context: BuyerContext | None, quote: Quote) -> tuple[Notice, ...]:
    """A word on each claim that changes nothing: it is in nobody's way (ELG-1, ELG-2)."""
    accepted = {applied.claim for applied in quote.applied}
    claims = enumerate(context.eligibility if context else ())
    return tuple(
        Notice(
            kind="warning",
            code="eligibility_not_accepted",
            text="This brings no advantage here.",
            path=f"context.eligibility[{index}]",
        )
        for index, claim in claims
        if claim not in accepted
    )


def unproven(
    content: Content, account: str | None, instrument: PaymentInstrument | None
) -> tuple[Notice, ...]:
    """Claims that something was taken off for, and that nothing shows to be true (ELG-4 to ELG-6).

    The account in whose name it is bought is a proof, and so is the handler that is paid with.
    """
    shown = {BY_ACCOUNT} if account else set()
    if instrument:
        shown.add(instrument.handler_id)
    return tuple(_invalid(content, shown))


def _invalid(content: Content, shown: set[str]) -> Iterator[Notice]:
    claims = content.context.eligibility if content.context else ()
    for discount in content.discounts:
        if discount.claim in claims and discount.proof not in shown:
            yield Notice(
                kind="error",
                code="eligibility_invalid",
                text=f"Nothing shows that the buyer may have: {discount.title}.",
                severity="recoverable",
                path=f"context.eligibility[{claims.index(discount.claim)}]",
            )
