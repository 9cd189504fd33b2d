"""Several workers of one server: one that dies or sleeps stops nobody, and nothing is done twice."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from signal import SIGCONT, SIGKILL, SIGSTOP

import pytest
from aiohttp import ClientSession
from psutil import pid_exists
from sqlalchemy import select

from infrastructure.ordering.tables import leases
from tests.engines import only
from tests.faults.crowd import Crowd
from tests.faults.shop import Shop
from tests.journeys.reconcile import mistakes, number, rows
from tests.journeys.shopper import Shopper
from tests.journeys.waiting import wait_for
from tests.processes import Process

SERVERS = only("postgresql", "mariadb")
SELDOM = pytest.mark.thorough


def a_crowd(server: Process, client: ClientSession) -> Crowd:
    return Crowd(Shopper(client, f"{server.url}/ucp/v1", is_trusting=True))


def holder(shop: Shop) -> str:
    ((found,),) = rows(shop.database_url, select(leases.c.holder))
    assert isinstance(found, str)
    return found


@contextmanager
def asleep(pid: int) -> Iterator[None]:
    os.kill(pid, SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, SIGCONT)


@pytest.mark.parametrize(
    "kind", ["postgresql", pytest.param("mariadb", marks=SELDOM)], indirect=True
)
async def test_one_that_is_killed_under_load_is_replaced_and_loses_no_order(
    shop: Shop, client: ClientSession
) -> None:
    server = shop.served(workers=2)
    crowd = a_crowd(server, client)
    crowd.come(8)
    await crowd.has_bought(5)
    doomed, other = server.workers

    os.kill(doomed, SIGKILL)

    await crowd.has_bought(10)
    await wait_for("another", lambda: len(server.workers) == 2 and doomed not in server.workers)
    await crowd.leave()
    assert other in server.workers
    assert crowd.worse == []
    await wait_for("the books", lambda: mistakes(shop.books, orders=len(crowd.placed)) == [])


@SELDOM
@SERVERS
async def test_one_that_sleeps_through_its_lease_does_nothing_twice(
    shop: Shop, client: ClientSession
) -> None:
    server = shop.served(workers=2)
    await wait_for("a holder", lambda: rows(shop.database_url, select(leases.c.holder)))
    before = holder(shop)
    sleeper = sorted(server.workers)[int(before[-1])]
    crowd = a_crowd(server, client)
    crowd.come(8)
    await crowd.has_bought(5)

    with asleep(sleeper):
        await wait_for("another holder", lambda: holder(shop) != before)
        await crowd.has_bought(5)

    await crowd.has_bought(5)
    await crowd.leave()
    assert (crowd.worse, crowd.broken) == ([], 0)
    assert number(shop.database_url, select(leases.c.epoch)) == 2
    await wait_for("the books", lambda: mistakes(shop.books, orders=len(crowd.placed)) == [])


@only("postgresql")
async def test_workers_end_with_who_watches_them(shop: Shop) -> None:
    server = shop.served(workers=2)
    left = server.workers
    assert len(left) == 2

    server.kill()

    await wait_for("the end of all", lambda: not any(map(pid_exists, left)))
