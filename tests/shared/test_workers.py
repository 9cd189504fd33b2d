"""Processes that are forked to do the same work, and what they tell one another."""

import os
import sys
from asyncio import sleep
from subprocess import run

from app.server import once_readable
from infrastructure.shared.routines.siblings import LONGEST_WORD, Post
from tests.journeys.waiting import wait_for
from tests.processes import ROOT, environment

DYING = """
from app.workers import KeepsDying, Workers

def work(number: int, life: int) -> None:
    raise ZeroDivisionError

try:
    Workers(2, work, seconds_to_stop=1).run()
except KeepsDying as why:
    print(why)
"""


def test_where_a_worker_dies_at_once_again_and_again_the_whole_ends_and_says_so() -> None:
    done = run(  # noqa: S603  # our own program
        [sys.executable, "-c", DYING],
        env=environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )

    assert "a worker died 5 times in a row" in done.stdout
    assert "ZeroDivisionError" in done.stdout


async def test_who_watched_is_missed_once_and_not_on_every_turn_of_the_loop() -> None:
    life, held = os.pipe()
    told: list[bool] = []
    once_readable(life, lambda: told.append(True))

    os.close(held)
    await wait_for("the end", lambda: told)
    for _ in range(5):
        await sleep(0)

    assert len(told) == 1
    os.close(life)


async def test_a_word_that_one_tells_is_heard_by_all_others() -> None:
    post, heard = Post(3), [list[str](), list[str](), list[str]()]
    siblings = [post.siblings_of(number) for number in range(3)]
    for one, words in zip(siblings, heard, strict=True):
        one.listen(words.append)

    siblings[0].tell("ordering")
    siblings[2].tell("payments")

    await wait_for("all", lambda: [*map(len, heard)] == [1, 2, 1])
    assert heard == [["payments"], ["ordering", "payments"], ["ordering"]]
    for one in siblings:
        one.close()
    post.close()


async def test_a_word_too_many_is_dropped_and_nobody_waits() -> None:
    post = Post(2)
    telling, listening = post.siblings_of(0), post.siblings_of(1)
    for _ in range(100_000):
        telling.tell("w" * LONGEST_WORD)
    heard: list[str] = []

    listening.listen(heard.append)

    await wait_for("a word", lambda: heard)
    listening.close()
    post.close()
