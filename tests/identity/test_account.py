import pytest

from domain.contracts.identity import AccountChanged, AccountClosed, UnfitAccount, UnknownAccount
from domain.identity.account import Account
from domain.identity.fitness import require_password
from tests.identity.account_builders import (
    NOON,
    PASSWORD,
    a_buyer,
    a_member_of_staff,
    an_account_id,
)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "nobody",
        "a b@example.com",
        "a@b@c",
        "x,y@example.com",
        "a@b\r\nBcc:c",
        "<a@b>",
        "\u212aim@a.example",
    ],
)
def test_what_no_letter_could_be_sent_to_is_refused(email: str) -> None:
    with pytest.raises(UnfitAccount):
        Account.signed_up(an_account_id(), email, "a hash", NOON)
    with pytest.raises(UnfitAccount):
        Account.employed(an_account_id(), email, "owner", None, NOON)


@pytest.mark.parametrize(
    "password",
    ["", "1234567", "x" * 201, "Password1", "QWERTYUIOP", "jane@example.com", "JANE@Example.com"],
)
def test_a_password_that_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(UnfitAccount) as refused:
        require_password(password, "Jane@example.com")

    assert not password or password not in str(refused.value)


@pytest.mark.parametrize(
    "password", [PASSWORD, "x" * 200, "ein Wörtchen", "        x", "密码密码密码密码"]
)
def test_any_other_password_will_do(password: str) -> None:
    require_password(password, "jane@example.com")


def test_a_role_that_there_is_not_is_refused_and_changes_nothing() -> None:
    olga = a_member_of_staff("owner")
    before = olga.details()

    with pytest.raises(UnfitAccount):
        olga.employ_as("emperor", is_disabled=True, version=None)

    assert olga.details() == before


def test_staff_is_changed_from_the_version_that_was_seen() -> None:
    olga = a_member_of_staff("owner", version=3)

    with pytest.raises(AccountChanged) as refused:
        olga.employ_as("support", is_disabled=False, version=2)
    olga.employ_as("owner", is_disabled=False, version=2)  # as it is: nothing to refuse
    olga.employ_as("support", is_disabled=True, version=3)

    assert refused.value.version == 3
    assert (olga.role, olga.is_disabled, olga.is_owner) == ("support", True, False)


def test_who_is_disabled_cannot_be_opened() -> None:
    assert a_member_of_staff().opens_with == "a hash"
    assert a_member_of_staff(is_disabled=True).opens_with is None


def test_a_buyer_is_no_staff_and_staff_is_not_closed() -> None:
    jane, olga = a_buyer(), a_member_of_staff()

    with pytest.raises(UnknownAccount):
        jane.employ_as("owner", is_disabled=False, version=None)
    with pytest.raises(UnknownAccount):
        olga.close()
    jane.close()

    assert jane.take_events() == [AccountClosed(account_id=jane.account_id)]
    assert olga.take_events() == []
