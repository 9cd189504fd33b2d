import pytest

from domain.pricing.tax_rate_ids import read_tax_rate_id, tax_rate_id


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (("DE", "", "standard"), "DE"),
        (("US", "CA", "standard"), "US-CA"),
        (("DE", "", "reduced"), "DE.reduced"),
        (("US", "CA", "reduced"), "US-CA.reduced"),
        (("US", "NEW-YORK CITY", "a-b"), "US-NEW-YORK CITY.a-b"),
        (("FR", "A.B/C", "1.5~"), "FR-A~2EB~2FC.1~2E5~7E"),
    ],
)
def test_a_tax_rate_is_known_by_its_parts_as_one_text(
    parts: tuple[str, str, str], text: str
) -> None:
    assert tax_rate_id(*parts) == text
    assert read_tax_rate_id(text) == parts


def test_places_are_read_in_any_case_of_their_letters() -> None:
    assert read_tax_rate_id("de-by.Food") == ("DE", "BY", "Food")


def test_what_is_put_together_of_different_parts_is_different() -> None:
    together = {
        tax_rate_id("DE", region, category)
        for region in ("", "A", "A.B", "A~2EB")
        for category in ("standard", "B", "B.C", "A.B", "~", "/")
    }

    assert len(together) == 24
