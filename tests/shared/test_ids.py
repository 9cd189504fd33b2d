from datetime import UTC, datetime, timedelta

from domain.shared.ids import earliest_uuid7, first_version, uuid7

NOW = datetime(2026, 4, 8, 12, 0, 0, 999_000, tzinfo=UTC)


def test_an_id_says_that_it_is_one_of_time_and_when() -> None:
    key = uuid7(NOW)

    assert (key.version, key.variant) == (7, "specified in RFC 4122")
    assert key.int >> 80 == int(NOW.timestamp() * 1000)


def test_ids_of_one_millisecond_sort_by_their_microseconds() -> None:
    keys = [uuid7(NOW + timedelta(microseconds=number)) for number in range(1000)]

    assert keys == sorted(keys)
    assert keys[0].int >> 80 == keys[-1].int >> 80


def test_ids_of_one_moment_differ() -> None:
    assert len({uuid7(NOW) for _ in range(1000)}) == 1000


def test_ids_are_found_from_the_earliest_of_their_millisecond_on() -> None:
    then = NOW.replace(microsecond=0)

    assert earliest_uuid7(then) <= uuid7(then) < earliest_uuid7(then + timedelta(milliseconds=1))


def test_before_1970_all_ids_are_later() -> None:
    long_ago = NOW.replace(year=1960)

    assert earliest_uuid7(long_ago) == earliest_uuid7(datetime.fromtimestamp(0, UTC))


def test_versions_of_what_is_new_begin_where_no_other_did() -> None:
    firsts = [first_version() for _ in range(100)]

    assert len(set(firsts)) == 100
    assert all(1 <= first <= 2**30 for first in firsts)
