"""Amounts as Stripe counts them: mostly the minor units of ISO 4217, with exceptions of its own.

https://docs.stripe.com/currencies#special-cases
"""

from domain.shared.values import Money

HUNDREDFOLD = frozenset({"ISK", "UGX"})
"""Without minor units in ISO 4217; Stripe counts hundredths, of which there are whole hundreds."""
WITHOUT_HUNDREDTHS = frozenset({"MGA"})
"""With hundredths in ISO 4217; Stripe counts whole units."""
TENS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
"""With thousandths, of which Stripe takes tens alone."""


def units_of(amount: Money) -> int | None:
    """What Stripe is told; nothing where it cannot be told this amount."""
    units, currency = amount.minor_units, amount.currency
    if currency in HUNDREDFOLD:
        return units * 100
    if currency in WITHOUT_HUNDREDTHS:
        return units // 100 if units % 100 == 0 else None
    if currency in TENS and units % 10:
        return None
    return units


def money_of(units: int, currency: str) -> Money:
    """What Stripe means."""
    currency = currency.upper()
    if currency in HUNDREDFOLD:
        return Money(units // 100, currency)
    return Money(units * 100 if currency in WITHOUT_HUNDREDTHS else units, currency)
