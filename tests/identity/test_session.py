from datetime import timedelta

from domain.contracts.identity import BUYER, STAFF
from domain.identity.session import LONGEST, Session
from tests.identity.account_builders import NOON, a_buyer, a_member_of_staff, a_session


def test_a_session_ends_when_nothing_is_done_with_it() -> None:
    jane, olga = a_session(a_buyer()), a_session(a_member_of_staff())

    assert jane.expires_at == NOON + timedelta(days=30)
    assert olga.expires_at == NOON + timedelta(hours=12)
    assert not olga.is_over(NOON + timedelta(hours=11, minutes=59))
    assert olga.is_over(NOON + timedelta(hours=12))


def test_it_lasts_as_long_as_it_is_used_but_not_for_ever() -> None:
    olga, now = a_session(a_member_of_staff()), NOON

    while not olga.is_over(now):
        olga, now = olga.seen(STAFF, now), now + timedelta(hours=6)

    assert now == NOON + LONGEST


def test_its_use_is_noted_once_a_minute() -> None:
    jane = a_session(a_buyer())

    assert jane.seen(BUYER, NOON + timedelta(seconds=59)) is jane
    later = NOON + timedelta(seconds=60)
    assert jane.seen(BUYER, later).seen_at == later


def test_what_a_browser_calls_itself_is_cut_to_what_can_be_kept() -> None:
    its = a_session(a_buyer())
    account = a_buyer().details()
    odd = Session.begun(its.session_id, account, NOON, agent="a\x00b" * 200, source="x" * 99)

    assert odd.agent == ("ab" * 200)[:300]
    assert len(odd.source) == 64
