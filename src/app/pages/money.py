"""Amounts as buyers read them, with as many decimals as their currency has."""

from domain.shared.values import decimals

SIGNS = {"EUR": "€", "GBP": "£", "INR": "₹", "JPY": "¥", "KRW": "₩", "USD": "$"}
"""Signs that stand for one currency where English is read."""
MINUS, HARD_SPACE = "\N{MINUS SIGN}", "\N{NO-BREAK SPACE}"


def told(amount: int, currency: str) -> str:
    """`7500, "USD"` is `$75.00`; a currency without a sign of its own is told by its code."""
    places = decimals(currency)
    units, rest = divmod(abs(amount), 10**places)
    figure = f"{units:,}" + (f".{rest:0{places}d}" if places else "")
    unit = SIGNS.get(currency, currency + HARD_SPACE)
    return f"{MINUS if amount < 0 else ''}{unit}{figure}"
