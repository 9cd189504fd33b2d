import pytest

from app.pages.money import told


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (7500, "USD", "$75.00"),
        (5, "EUR", "€0.05"),
        (123456789, "GBP", "£1,234,567.89"),
        (1200, "JPY", "¥1,200"),
        (1234, "BHD", "BHD\u00a01.234"),
        (1, "KWD", "KWD\u00a00.001"),
        (-1000, "CHF", "\u2212CHF\u00a010.00"),
        (0, "USD", "$0.00"),
        (500, "XYZ", "XYZ\u00a05.00"),
    ],
)
def test_an_amount_is_told_with_the_decimals_of_its_currency(
    amount: int, currency: str, text: str
) -> None:
    assert told(amount, currency) == text
