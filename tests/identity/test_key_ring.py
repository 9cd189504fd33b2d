"""A new key is published before it signs, and an old one until its last token has run out."""

from datetime import datetime, timedelta

from domain.shared.key_ring import LEAD, LEEWAY, DatedKey, KeyRing
from tests.identity.linked import NOW

LIFETIME = timedelta(minutes=10)
SECOND = timedelta(seconds=1)


def a_key(name: str, made_at: datetime, lead: timedelta = LEAD) -> DatedKey:
    return DatedKey(name=name, made_at=made_at, signs_from=made_at + lead)


def a_ring(*keys: DatedKey) -> KeyRing:
    return KeyRing(keys, LIFETIME)


FIRST = a_key("first", NOW, timedelta(0))
ROTATED_AT = NOW + timedelta(days=30)
SECOND_KEY = a_key("second", ROTATED_AT)
RING = a_ring(SECOND_KEY, FIRST)


def test_the_first_key_signs_at_once() -> None:
    ring = a_ring(FIRST)

    assert ring.signing(NOW) == FIRST
    assert ring.published(NOW) == (FIRST,)


def test_a_key_signs_and_is_published_for_ever_while_there_is_no_other() -> None:
    ring = a_ring(FIRST)

    assert ring.published(NOW + timedelta(days=9999)) == (FIRST,)
    assert ring.retired(NOW + timedelta(days=9999)) == ()


def test_a_new_key_is_published_before_it_signs() -> None:
    before = ROTATED_AT + LEAD - SECOND

    assert RING.signing(before) == FIRST
    assert RING.published(ROTATED_AT) == RING.published(before) == (FIRST, SECOND_KEY)


def test_then_it_signs_and_the_old_one_is_published_until_its_last_token_has_run_out() -> None:
    taken_over = ROTATED_AT + LEAD
    last_moment = taken_over + LIFETIME + LEEWAY - SECOND

    assert RING.signing(taken_over) == SECOND_KEY
    assert RING.published(last_moment) == (FIRST, SECOND_KEY)
    assert RING.published(last_moment + SECOND) == (SECOND_KEY,)
    assert RING.retired(last_moment + SECOND) == (FIRST,)


def test_what_signed_verifies_for_as_long_as_a_token_is_good_however_often_keys_change() -> None:
    keys = [FIRST, *(a_key(str(n), ROTATED_AT + n * timedelta(minutes=3)) for n in range(6))]
    ring = a_ring(*keys)

    for minutes in range(60):
        signed_at = ROTATED_AT + timedelta(minutes=minutes)
        signed_by = ring.signing(signed_at)
        assert signed_by in ring.published(signed_at)
        assert signed_by in ring.published(signed_at + LIFETIME)


def test_a_key_of_a_clock_that_is_ahead_signs_if_there_is_no_other() -> None:
    ahead = a_key("ahead", NOW + timedelta(minutes=5))

    assert a_ring(ahead).signing(NOW) == ahead
    assert a_ring(ahead).published(NOW) == (ahead,)


def test_two_that_were_made_at_one_moment_sign_in_one_order_everywhere() -> None:
    one, other = a_key("a", NOW), a_key("b", NOW)

    assert a_ring(one, other).signing(NOW + LEAD) == a_ring(other, one).signing(NOW + LEAD)
