"""Nobody agrees to what they cannot read."""

from app.pages.account.permissions import Permission, permissions
from domain.contracts.identity import SHOPPING_SCOPES, STAFF_SCOPES


def test_every_scope_is_told_in_words() -> None:
    told = permissions(("openid", "email", *SHOPPING_SCOPES, *STAFF_SCOPES))

    words = [text for permission in told for text in permission.texts]
    assert len(words) == len(set(words)) == 2 + len(SHOPPING_SCOPES) + len(STAFF_SCOPES)
    assert not [text for text in words if ":" in text.partition(": ")[0]]


def test_scopes_are_grouped_by_what_they_are_about() -> None:
    told = permissions(("dev.ucp.shopping.order:read", "email", "dev.ucp.shopping.order:manage"))

    assert [permission.title for permission in told] == ["Knowing you", "Your orders"]
    assert len(told[1].texts) == 2


def test_what_nobody_has_put_into_words_is_not_left_out() -> None:
    assert permissions(["strange:thing"]) == (Permission("Something else", ("strange:thing",)),)
