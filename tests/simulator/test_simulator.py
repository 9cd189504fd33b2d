"""The process managers, on books in memory, under all that goes wrong between them.

What is shown here is their logic: what the databases, sockets and processes do is shown by
`tests/faults`. A seed that fails is repeated by `python -m tests.simulator --seed 123`.
"""

from collections.abc import Iterator

import pytest

from tests.simulator import planted
from tests.simulator.run import MakeWorld, simulated
from tests.simulator.trouble import PEACE

FEW, MANY = 150, 1000
STORY = 11
"""A cart is bought, a parcel sent, two orders are cancelled, merchants told; and all within seconds."""
TROUBLES = {"crash", "stopped", "lost", "unanswered", "doubled", "late"}


def failures(seeds: range, world: MakeWorld | None = None) -> Iterator[str]:
    for seed in seeds:
        outcome = simulated(seed, world) if world else simulated(seed)
        yield from (f"seed {seed}: {text}" for text in outcome.wrong)


def test_whatever_goes_wrong_stock_and_money_add_up_in_the_end() -> None:
    outcomes = {seed: simulated(seed) for seed in range(FEW)}

    assert {seed: one.wrong for seed, one in outcomes.items() if one.wrong} == {}
    told = "".join(text for one in outcomes.values() for text in one.told)
    assert {trouble for trouble in TROUBLES if f"{trouble}:" in told} == TROUBLES


@pytest.mark.thorough
@pytest.mark.parametrize("first", range(0, MANY, 250))
def test_so_they_do_in_a_thousand_worlds(first: int) -> None:
    assert list(failures(range(first, first + 250))) == []


def test_a_seed_says_all_that_happens() -> None:
    assert simulated(7) == simulated(7)
    assert simulated(7).told != simulated(8).told


def test_a_crash_at_every_place_of_a_story_is_mended() -> None:
    places = simulated(STORY, odds=PEACE).places

    wrong = {
        f"{number} {place}": simulated(STORY, crash_at=number).wrong
        for number, place in enumerate(places)
    }

    assert len(wrong) > 100
    assert {place: texts for place, texts in wrong.items() if texts} == {}


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (planted.DoubleCapture, "money is taken 2 times"),
        (planted.MoneyMovesTwice, "the provider"),
        (planted.WithoutInbox, "had its effect on"),
        (planted.UndoWithoutTombstone, "stock is held for attempt"),
        (planted.RecoveryIgnoresEpoch, "owners in epoch"),
        (planted.CartsAreConvertedTwice, "became 2 checkouts"),
        (planted.TakenForTold, "was never told of"),
        (planted.ToldAsItComes, "out of order"),
    ],
)
def test_a_planted_fault_is_noticed(fault: MakeWorld, words: str) -> None:
    assert any(words in text for text in failures(range(FEW), fault))
