import pytest

from domain.shared.values import is_sku


@pytest.mark.parametrize("text", ["TEA-100G", "CUP/BLUE", "Grüner Tee", "...", "history", "a/b.."])
def test_what_can_be_printed_can_be_a_sku(text: str) -> None:
    assert is_sku(text)


@pytest.mark.parametrize(
    "text", ["", " ", "TEA ", "TEA\u00a0100G", "te\0a", "x" * 65, ".", "..", "TEA/history"]
)
def test_what_cannot_be_kept_or_said_in_an_address_is_none(text: str) -> None:
    assert not is_sku(text)
