"""Price rules that are edited one at a time, by the `Pricing` contract: near, wire and far."""

from asyncio import gather
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pytest

from domain.contracts.pricing import (
    CreateDiscount,
    CreatePromotion,
    CreateTaxRate,
    DeleteRule,
    GetRule,
    ListRules,
    Pricing,
    PutRules,
    RuleChanged,
    RuleDeleted,
    RuleExists,
    UnfitRule,
    UnknownCursor,
    UnknownRule,
    UpdateDiscount,
    UpdatePromotion,
    UpdateTaxRate,
)
from domain.shared.values import Sku
from tests.conftest import KeptHouse
from tests.pricing.builders import (
    a_basket,
    a_choice,
    a_code,
    a_line,
    a_percentage,
    a_promotion,
    a_tax_rate,
)


@dataclass(frozen=True)
class Kind:
    """What can be done with rules of a kind, and one of it, by a key of its own, with a title."""

    noun: str
    nouns: str
    one: Callable[[str], Any]
    create: Callable[..., Any]
    update: Callable[..., Any]


KINDS = [
    Kind(
        "discount",
        "discounts",
        lambda title: a_percentage(10, a_code(), title=title),
        CreateDiscount,
        UpdateDiscount,
    ),
    Kind(
        "promotion",
        "promotions",
        lambda title: a_promotion(
            title=title, eligible_skus=(Sku("CUP"), Sku("TEA")), service_level=uuid4().hex
        ),
        CreatePromotion,
        UpdatePromotion,
    ),
    Kind(
        "tax_rate",
        "tax_rates",
        lambda title: a_tax_rate(region=uuid4().hex.upper(), category="food", title=title),
        CreateTaxRate,
        UpdateTaxRate,
    ),
]


@dataclass(frozen=True)
class Desk:
    """The calls about one kind of rules."""

    pricing: Pricing
    kind: Kind

    def a_rule(self, title: str = "First") -> Any:
        return self.kind.one(title)

    async def create(self, rule: Any) -> Any:
        return await self._call("create")(self.kind.create(rule=rule))

    async def get(self, rule_id: str) -> Any:
        return await self._call("get")(GetRule(rule_id=rule_id))

    async def update(self, rule_id: str, rule: Any, version: int | None) -> Any:
        message = self.kind.update(rule_id=rule_id, rule=rule, version=version)
        return await self._call("update")(message)

    async def delete(self, rule_id: str, version: int | None) -> RuleDeleted:
        deleted: RuleDeleted = await self._call("delete")(
            DeleteRule(rule_id=rule_id, version=version)
        )
        return deleted

    async def page(self, after: str | None, most: int) -> Any:
        call = getattr(self.pricing, f"list_{self.kind.nouns}")
        return await call(ListRules(after=after, most=most))

    def _call(self, verb: str) -> Callable[[Any], Awaitable[Any]]:
        call: Callable[[Any], Awaitable[Any]] = getattr(self.pricing, f"{verb}_{self.kind.noun}")
        return call


@pytest.fixture
def pricing(house: KeptHouse) -> Pricing:
    return house.contract(Pricing)


@pytest.fixture(params=KINDS, ids=lambda kind: kind.noun)
def desk(pricing: Pricing, request: pytest.FixtureRequest) -> Desk:
    return Desk(pricing, request.param)


async def test_what_is_created_is_there(desk: Desk) -> None:
    rule = desk.a_rule()

    created = await desk.create(rule)

    assert created.rule == rule
    assert await desk.get(created.rule_id) == created


async def test_what_exists_is_not_created_again(desk: Desk) -> None:
    created = await desk.create(desk.a_rule())

    with pytest.raises(RuleExists):
        await desk.create(replace(created.rule, title="Second"))

    assert await desk.get(created.rule_id) == created


async def test_of_many_who_create_the_same_one_does(desk: Desk) -> None:
    rule = desk.a_rule()

    outcomes = await gather(*(desk.create(rule) for _ in range(4)), return_exceptions=True)

    assert sorted(type(one).__name__ for one in outcomes)[1:] == ["RuleExists"] * 3


async def test_of_two_editors_one_wins_and_the_other_is_told(desk: Desk) -> None:
    created = await desk.create(desk.a_rule())
    wishes = [replace(created.rule, title=title) for title in ("Mine", "Yours")]

    outcomes = await gather(
        *(desk.update(created.rule_id, wish, created.version) for wish in wishes),
        return_exceptions=True,
    )

    (stale,) = [one for one in outcomes if isinstance(one, RuleChanged)]
    (winner,) = [one for one in outcomes if not isinstance(one, BaseException)]
    assert stale.version == winner.version == created.version + 1
    assert await desk.get(created.rule_id) == winner


async def test_an_edit_that_is_asked_for_again_changes_nothing(desk: Desk) -> None:
    created = await desk.create(desk.a_rule())
    wish = replace(created.rule, title="Second")
    edited = await desk.update(created.rule_id, wish, created.version)

    again = await desk.update(created.rule_id, wish, created.version)

    assert again == edited
    assert (edited.rule, edited.version) == (wish, created.version + 1)


async def test_without_a_version_whatever_stands_is_changed(desk: Desk) -> None:
    created = await desk.create(desk.a_rule())

    for number, title in enumerate(("Second", "Third"), created.version + 1):
        edited = await desk.update(created.rule_id, replace(created.rule, title=title), None)

        assert (edited.rule.title, edited.version) == (title, number)


async def test_what_it_is_known_by_stays(desk: Desk) -> None:
    created, other = await desk.create(desk.a_rule()), desk.a_rule()

    with pytest.raises(UnfitRule):
        await desk.update(created.rule_id, other, None)

    assert await desk.get(created.rule_id) == created


async def test_what_makes_no_sense_changes_nothing(desk: Desk) -> None:
    created = await desk.create(desk.a_rule())

    with pytest.raises(UnfitRule):
        await desk.update(created.rule_id, replace(created.rule, title=" "), None)
    with pytest.raises(UnfitRule):
        await desk.create(replace(desk.a_rule(), title=" "))

    assert await desk.get(created.rule_id) == created


async def test_what_is_deleted_is_unknown_and_can_be_created_anew(desk: Desk) -> None:
    created = await desk.create(desk.a_rule())

    deleted = await desk.delete(created.rule_id, created.version)

    assert deleted == RuleDeleted(rule_id=created.rule_id)
    for gone in (
        desk.get(created.rule_id),
        desk.delete(created.rule_id, None),
        desk.update(created.rule_id, created.rule, None),
    ):
        with pytest.raises(UnknownRule):
            await gone
    assert (await desk.create(created.rule)).rule == created.rule


async def test_an_edit_of_what_was_deleted_is_none_of_what_takes_its_place(desk: Desk) -> None:
    created = await desk.create(desk.a_rule())
    await desk.delete(created.rule_id, created.version)
    anew = await desk.create(created.rule)

    with pytest.raises(RuleChanged):
        await desk.update(created.rule_id, replace(created.rule, title="Late"), created.version)

    assert await desk.get(created.rule_id) == anew


async def test_what_was_changed_is_not_deleted_unseen(desk: Desk) -> None:
    created = await desk.create(desk.a_rule())
    wish = replace(created.rule, title="Second")
    edited = await desk.update(created.rule_id, wish, created.version)

    with pytest.raises(RuleChanged):
        await desk.delete(created.rule_id, created.version)

    assert await desk.get(created.rule_id) == edited


@pytest.mark.parametrize("rule_id", ["", " ", "nobody's", "\x00", "DE-\x00.food", "x" * 999])
async def test_what_nothing_is_called_is_unknown(desk: Desk, rule_id: str) -> None:
    await desk.create(desk.a_rule())

    with pytest.raises(UnknownRule):
        await desk.get(rule_id)


@pytest.mark.parametrize("after", ["", " ", "\x00", "x" * 999])
async def test_what_no_page_ended_with_is_refused(desk: Desk, after: str) -> None:
    await desk.create(desk.a_rule())

    with pytest.raises(UnknownCursor):
        await desk.page(after, most=1)


async def test_pages_add_up_to_all_while_more_is_created(desk: Desk) -> None:
    known = {(await desk.create(desk.a_rule())).rule_id for _ in range(5)}
    seen: list[str] = []
    after: str | None = None

    while True:
        page = await desk.page(after, most=2)
        assert len(page.items) <= 2
        seen += [item.rule_id for item in page.items]
        if not (after := page.next):
            break
        if len(seen) % 4 == 0:
            await desk.create(desk.a_rule())

    assert len(seen) == len(set(seen))
    assert known <= set(seen)


async def test_a_page_has_a_bound_whatever_is_asked_for(desk: Desk) -> None:
    await desk.create(desk.a_rule())

    assert len((await desk.page(None, most=10**9)).items) <= 100
    assert len((await desk.page(None, most=-1)).items) == 1


async def test_putting_raises_the_version_of_what_it_changes_alone(pricing: Pricing) -> None:
    same, other = a_percentage(10, a_code()), a_percentage(10, a_code())
    promotion = a_promotion(eligible_skus=(Sku("TEA"),))
    await pricing.put_rules(PutRules(discounts=(same, other), promotions=(promotion,)))
    dearer = replace(promotion, eligible_skus=(Sku("CUP"),))
    first = [await pricing.get_discount(GetRule(rule_id=one.code)) for one in (same, other)]
    free = await pricing.get_promotion(GetRule(rule_id=promotion.promotion_id))

    await pricing.put_rules(
        PutRules(discounts=(same, replace(other, value=20)), promotions=(dearer,))
    )

    assert await pricing.get_discount(GetRule(rule_id=same.code)) == first[0]
    raised = await pricing.get_discount(GetRule(rule_id=other.code.lower()))
    assert raised.version == first[1].version + 1
    kept = await pricing.get_promotion(GetRule(rule_id=promotion.promotion_id))
    assert (kept.rule, kept.version) == (dearer, free.version + 1)


async def test_what_is_deleted_prices_nothing_any_more(pricing: Pricing) -> None:
    code, level, category = a_code(), uuid4().hex, uuid4().hex
    await pricing.create_discount(CreateDiscount(rule=a_percentage(10, code)))
    free = a_promotion(minimum_subtotal=0, service_level=level)
    await pricing.create_promotion(CreatePromotion(rule=free))
    tax = await pricing.create_tax_rate(CreateTaxRate(rule=a_tax_rate(category=category)))
    basket = a_basket(
        a_line(1_000, tax_category=category),
        codes=(code,),
        country="DE",
        shipping=(a_choice(500, service_level=level),),
    )
    before = await pricing.quote(basket)

    await pricing.delete_discount(DeleteRule(rule_id=code, version=None))
    await pricing.delete_promotion(DeleteRule(rule_id=free.promotion_id, version=None))
    await pricing.delete_tax_rate(DeleteRule(rule_id=tax.rule_id, version=tax.version))

    after = await pricing.quote(basket)
    assert (before.discount, before.shipping, len(before.taxes)) == (100, 0, 1)
    assert (after.discount, after.shipping, after.taxes) == (0, 500, ())
    assert [one.reason for one in after.rejected] == ["invalid"]


async def test_what_is_edited_prices_at_once(pricing: Pricing) -> None:
    code = a_code()
    ten = a_percentage(10, code)
    await pricing.create_discount(CreateDiscount(rule=ten))

    twenty = UpdateDiscount(rule_id=code, rule=replace(ten, value=20), version=None)
    await pricing.update_discount(twenty)

    assert (await pricing.quote(a_basket(a_line(1_000), codes=(code,)))).discount == 200
