"""Shipping rates that are edited one at a time, by the `Fulfillment` contract: near, wire and far."""

from asyncio import gather
from dataclasses import replace
from uuid import uuid4

import pytest

from domain.contracts.fulfillment import (
    CreateShippingRate,
    DeleteShippingRate,
    FindOptions,
    Fulfillment,
    GetShippingRate,
    KeptShippingRate,
    ListShippingRates,
    PutShippingRates,
    ShippingRate,
    ShippingRateChanged,
    ShippingRateDeleted,
    ShippingRateExists,
    UnfitShippingRate,
    UnknownCursor,
    UnknownShippingRate,
    UpdateShippingRate,
)
from tests.conftest import KeptHouse
from tests.fulfillment.builders import a_rate


@pytest.fixture
def fulfillment(house: KeptHouse) -> Fulfillment:
    return house.contract(Fulfillment)


def a_new_rate() -> ShippingRate:
    """One that no other test has, nor is offered what this one offers."""
    return a_rate(uuid4().hex, level=uuid4().hex, currency="SEK")


async def create(fulfillment: Fulfillment, rate: ShippingRate) -> KeptShippingRate:
    return await fulfillment.create_shipping_rate(CreateShippingRate(rate=rate))


async def get(fulfillment: Fulfillment, rate: ShippingRate) -> KeptShippingRate:
    return await fulfillment.get_shipping_rate(GetShippingRate(rate_id=rate.rate_id))


def an_edit(rate: ShippingRate, version: int | None) -> UpdateShippingRate:
    return UpdateShippingRate(rate_id=rate.rate_id, rate=rate, version=version)


def a_deletion(rate: ShippingRate, version: int | None) -> DeleteShippingRate:
    return DeleteShippingRate(rate_id=rate.rate_id, version=version)


async def offered(fulfillment: Fulfillment, rate: ShippingRate) -> list[ShippingRate]:
    found = await fulfillment.find_options(FindOptions(country="SE", currency="SEK"))
    return [one for one in found.options if one.service_level == rate.service_level]


async def test_what_is_created_is_offered_at_once(fulfillment: Fulfillment) -> None:
    rate = a_new_rate()

    created = await create(fulfillment, rate)

    assert created.rate == rate
    assert await get(fulfillment, rate) == created
    assert await offered(fulfillment, rate) == [rate]


async def test_what_exists_is_not_created_again(fulfillment: Fulfillment) -> None:
    created = await create(fulfillment, a_new_rate())

    with pytest.raises(ShippingRateExists):
        await create(fulfillment, replace(created.rate, title="Second"))

    assert await get(fulfillment, created.rate) == created


async def test_of_two_editors_one_wins_and_the_other_is_told(fulfillment: Fulfillment) -> None:
    created = await create(fulfillment, a_new_rate())
    rate = created.rate
    wishes = [replace(rate, title=title) for title in ("Mine", "Yours")]

    outcomes = await gather(
        *(fulfillment.update_shipping_rate(an_edit(wish, created.version)) for wish in wishes),
        return_exceptions=True,
    )

    (stale,) = [one for one in outcomes if isinstance(one, ShippingRateChanged)]
    (winner,) = [one for one in outcomes if isinstance(one, KeptShippingRate)]
    assert stale.version == winner.version == created.version + 1
    assert await get(fulfillment, rate) == winner


async def test_an_edit_that_is_asked_for_again_changes_nothing(fulfillment: Fulfillment) -> None:
    created = await create(fulfillment, a_new_rate())
    edit = an_edit(replace(created.rate, title="Second"), created.version)
    edited = await fulfillment.update_shipping_rate(edit)

    assert await fulfillment.update_shipping_rate(edit) == edited
    assert edited == KeptShippingRate(rate=edit.rate, version=created.version + 1)
    assert await get(fulfillment, created.rate) == edited


async def test_the_id_stays(fulfillment: Fulfillment) -> None:
    created = await create(fulfillment, a_new_rate())
    other = replace(created.rate, rate_id=uuid4().hex)

    with pytest.raises(UnfitShippingRate):
        await fulfillment.update_shipping_rate(
            UpdateShippingRate(rate_id=created.rate.rate_id, rate=other, version=None)
        )

    assert await get(fulfillment, created.rate) == created


async def test_what_is_deleted_is_offered_no_more(fulfillment: Fulfillment) -> None:
    created = await create(fulfillment, a_new_rate())
    rate = created.rate

    deleted = await fulfillment.delete_shipping_rate(a_deletion(rate, created.version))

    assert deleted == ShippingRateDeleted(rate_id=rate.rate_id)
    assert await offered(fulfillment, rate) == []
    for gone in (
        get(fulfillment, rate),
        fulfillment.delete_shipping_rate(a_deletion(rate, None)),
        fulfillment.update_shipping_rate(an_edit(rate, None)),
    ):
        with pytest.raises(UnknownShippingRate):
            await gone


async def test_what_was_changed_is_not_deleted_unseen(fulfillment: Fulfillment) -> None:
    created = await create(fulfillment, a_new_rate())
    rate, version = created.rate, created.version
    edited = await fulfillment.update_shipping_rate(an_edit(replace(rate, title="New"), version))

    with pytest.raises(ShippingRateChanged):
        await fulfillment.delete_shipping_rate(a_deletion(rate, version))

    assert await get(fulfillment, rate) == edited


async def test_an_edit_of_what_was_deleted_is_none_of_what_takes_its_place(
    fulfillment: Fulfillment,
) -> None:
    created = await create(fulfillment, a_new_rate())
    rate, version = created.rate, created.version
    await fulfillment.delete_shipping_rate(a_deletion(rate, version))
    anew = await create(fulfillment, rate)

    with pytest.raises(ShippingRateChanged):
        await fulfillment.update_shipping_rate(an_edit(replace(rate, title="Late"), version))

    assert await get(fulfillment, rate) == anew


@pytest.mark.parametrize("after", ["", " ", "\x00", "x" * 999])
async def test_what_no_page_ended_with_is_refused(fulfillment: Fulfillment, after: str) -> None:
    await create(fulfillment, a_new_rate())

    with pytest.raises(UnknownCursor):
        await fulfillment.list_shipping_rates(ListShippingRates(after=after))


@pytest.mark.parametrize("rate_id", ["", " ", "nothing", "\x00", "x" * 999])
async def test_what_nothing_is_called_is_unknown(fulfillment: Fulfillment, rate_id: str) -> None:
    await create(fulfillment, a_new_rate())

    with pytest.raises(UnknownShippingRate):
        await fulfillment.get_shipping_rate(GetShippingRate(rate_id=rate_id))


async def test_pages_add_up_to_all_while_more_is_created(fulfillment: Fulfillment) -> None:
    known = {(await create(fulfillment, a_new_rate())).rate.rate_id for _ in range(5)}
    seen: list[str] = []
    after: str | None = None

    while True:
        page = await fulfillment.list_shipping_rates(ListShippingRates(after=after, most=2))
        seen += [item.rate.rate_id for item in page.items]
        if not (after := page.next):
            break
        if len(seen) % 4 == 0:
            await create(fulfillment, a_new_rate())

    assert len(seen) == len(set(seen))
    assert known <= set(seen)


async def test_putting_raises_the_version_of_what_it_changes_alone(
    fulfillment: Fulfillment,
) -> None:
    same, other = a_new_rate(), a_new_rate()
    await fulfillment.put_shipping_rates(PutShippingRates(rates=(same, other)))
    first, second = await get(fulfillment, same), await get(fulfillment, other)

    dearer = replace(other, title="New")
    await fulfillment.put_shipping_rates(PutShippingRates(rates=(same, dearer)))

    assert await get(fulfillment, same) == first
    raised = KeptShippingRate(rate=dearer, version=second.version + 1)
    assert await get(fulfillment, other) == raised
