"""What buyers claim to be: priced at once, and shown to be true before anything is ordered."""

from uuid import uuid4

import pytest

from domain.contracts.ordering import (
    BuyerContext,
    CheckoutDetails,
    FindCheckout,
    Ordering,
)
from domain.contracts.pricing import Discount, Pricing, PutRules
from domain.shared.values import CheckoutId
from tests.conftest import KeptHouse
from tests.ordering.shelf import Shelf, complete, told

UNKNOWN = "org.example.nobody"


@pytest.fixture
async def shelf(house: KeptHouse) -> Shelf:
    return await Shelf.stocked(house)


@pytest.fixture
def ordering(shelf: Shelf) -> Ordering:
    return shelf.ordering


async def a_claim(shelf: Shelf, proof: str) -> str:
    """What takes a tenth off for whoever claims it."""
    name = uuid4().hex
    rule = Discount(
        code=name,
        kind="percentage",
        value=10,
        title="For members",
        claim=f"com.example.m{name}",
        proof=proof,
    )
    await shelf.house.contract(Pricing).put_rules(PutRules(discounts=(rule,)))
    return str(rule.claim)


async def claiming(shelf: Shelf, *claims: str) -> CheckoutId:
    checkout = await shelf.created()
    context = BuyerContext(eligibility=claims)
    await shelf.ordering.update_checkout(shelf.update(checkout, context=context))
    return checkout


async def found(shelf: Shelf, checkout: CheckoutId) -> CheckoutDetails:
    return await shelf.ordering.find_checkout(FindCheckout(checkout_id=checkout))


def total(details: CheckoutDetails) -> int:
    return next(entry.amount for entry in details.totals if entry.kind == "total")


@pytest.mark.ucp("ELG-1", "ELG-2", "ELG-3", "ELG-7", "DSC-12")
async def test_a_claim_that_is_known_is_priced_and_another_is_in_nobodys_way(
    shelf: Shelf,
) -> None:
    claim = await a_claim(shelf, "account")

    details = await found(shelf, await claiming(shelf, UNKNOWN, claim))

    (discount,) = details.discounts
    assert (discount.code, discount.claim, discount.amount) == (None, claim, 350)
    assert details.status == "ready_for_complete"
    assert [(n.kind, n.code, n.path) for n in details.notices] == [
        ("warning", "eligibility_not_accepted", "context.eligibility[0]")
    ]


@pytest.mark.ucp("ELG-4", "ELG-5", "ELG-6", "CHK-15")
async def test_a_claim_that_nothing_shows_is_not_ordered_on(
    ordering: Ordering, shelf: Shelf
) -> None:
    claim = await a_claim(shelf, "account")
    checkout = await claiming(shelf, claim)
    before = await found(shelf, checkout)

    answer = told(await ordering.complete_checkout(complete(checkout)))

    assert [(m["code"], m["severity"], m["path"]) for m in answer["messages"]] == [
        ("eligibility_invalid", "recoverable", "$.context.eligibility[0]")
    ]
    after = await found(shelf, checkout)
    assert (after.status, after.lines, after.totals) == (before.status, before.lines, before.totals)


@pytest.mark.ucp("ELG-4", "ELG-5")
async def test_a_claim_is_shown_by_an_account_or_by_what_is_paid_with(
    ordering: Ordering, shelf: Shelf
) -> None:
    by_card = await claiming(shelf, await a_claim(shelf, "mock_payment_handler"))
    by_account = await claiming(shelf, await a_claim(shelf, "account"))

    for message in (complete(by_card), complete(by_account, account="ada")):
        completed = told(await ordering.complete_checkout(message))

        assert completed["status"] == "completed"
        assert completed["discounts"]["applied"][0]["provisional"] is False


@pytest.mark.ucp("ELG-4")
async def test_a_claim_that_is_taken_back_takes_its_price_with_it(
    ordering: Ordering, shelf: Shelf
) -> None:
    checkout = await claiming(shelf, await a_claim(shelf, "account"))
    with_claim = total(await found(shelf, checkout))

    await ordering.update_checkout(shelf.update(checkout))

    assert (with_claim, total(await found(shelf, checkout))) == (3650, 4000)
    assert told(await ordering.complete_checkout(complete(checkout)))["status"] == "completed"
