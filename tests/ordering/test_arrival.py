from datetime import UTC, datetime

import pytest

from domain.contracts.ordering import FindCheckout, Ordering
from domain.ordering.arrival import earliest, latest
from infrastructure.shared.clock import utc_now
from tests.conftest import KeptHouse
from tests.ordering.shelf import RATE, Shelf

LATE = datetime(2026, 2, 27, 23, 59, 59, tzinfo=UTC)


def test_all_who_ask_on_one_day_are_told_the_same_days() -> None:
    early = LATE.replace(hour=0, minute=0, second=0)

    assert earliest(1, LATE) == earliest(1, early) == datetime(2026, 2, 28, tzinfo=UTC)
    assert latest(3, LATE) == latest(3, early) == datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC)


def test_where_no_day_is_promised_none_is_told() -> None:
    assert (earliest(None, LATE), latest(None, LATE)) == (None, None)


@pytest.mark.ucp("FUL-2")
async def test_a_way_to_deliver_says_on_which_days_goods_arrive(house: KeptHouse) -> None:
    shelf = await Shelf.stocked(house)
    ordering = house.contract(Ordering)
    days = {utc_now().date()}

    checkout = await shelf.ready()
    found = await ordering.find_checkout(FindCheckout(checkout_id=checkout, client="platform:a"))

    days.add(utc_now().date())
    ((option,),) = [group.options for m in found.methods or () for group in m.groups]
    assert (option.option_id, option.latest_at) == (RATE.rate_id, None)
    assert option.earliest_at is not None
    assert option.earliest_at.date() in days
