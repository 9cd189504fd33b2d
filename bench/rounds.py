"""The load, in rounds: who is measured takes turns with whom it is measured against."""

from asyncio import run
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bench.figures import APART, FREESTONE, YARDSTICKS, Figures
from bench.latencies import milliseconds
from bench.load import Taken, complete, place_orders, ready_checkouts
from bench.shop import Shop
from bench.watch import cpu_seconds
from bench.yardstick import KEY, Yardstick

MOST_READY = 20_000
FASTEST = 1500  # completes a second that a yardstick may make before it runs dry


class Untrue(Exception):
    """What was answered is not what is there; says how."""


@dataclass(frozen=True)
class Rounds:
    """`seconds` is for each of: whole orders, making ready, `complete`, each yardstick."""

    figures: Figures
    seconds: float

    def measure(self, shop: Shop, yardsticks: Sequence[Yardstick], clients: int) -> None:
        """One round. Raises `Untrue` where the rows that are there say otherwise."""
        self.orders(shop, FREESTONE, clients)
        self._completes(shop, clients)
        for yardstick in yardsticks:
            self._yardstick(yardstick, clients)
            self._compare(yardstick, clients)

    def cut(self, shop: Shop, clients: int) -> None:
        """The same whole orders where inventory and payments are in processes of their own."""
        self.orders(shop, APART, clients)
        last = partial(self.figures.last, clients=clients)
        more = last("order CPU", APART) / last("order CPU", FREESTONE)
        self.figures.note("apart CPU", more, APART, clients=clients)

    def orders(self, shop: Shop, of: str, clients: int) -> None:
        """Whole orders."""
        before = cpu_seconds(shop.pids)
        taken = run(place_orders(shop, clients, self.seconds))
        drained = shop.drain()
        used = cpu_seconds(shop.pids) - before
        _hold(shop.mistakes())
        note = partial(self.figures.note, of=of, clients=clients)
        note("orders", taken.orders / taken.seconds)
        note("order p50", milliseconds(taken.whole, 0.5))
        self.figures.pool("order", taken.whole, of=of, clients=clients)
        note("placed", taken.orders)
        note("order CPU", used / taken.orders * 1000)
        note("drain", drained)

    def _completes(self, shop: Shop, clients: int) -> None:
        ids = run(ready_checkouts(shop, self.seconds, MOST_READY))
        shop.drain()
        before, its_before = cpu_seconds(shop.pids), cpu_seconds(shop.database_pids)
        taken = run(complete(shop.url, shop.key, ids, clients, self.seconds))
        shop.answered += taken.orders
        shop.drain()
        used, its = cpu_seconds(shop.pids), cpu_seconds(shop.database_pids)
        _hold(shop.mistakes())
        self._told(taken, FREESTONE, clients, used - before)
        each = (its - its_before) / taken.orders * 1000
        self.figures.note("database CPU", each, of=FREESTONE, clients=clients)

    def _yardstick(self, yardstick: Yardstick, clients: int) -> None:
        ids = yardstick.checkouts(int(self.seconds * FASTEST))
        server, database = yardstick.process.pid, yardstick.database.pid
        before, its_before = cpu_seconds([server]), cpu_seconds([database] if database else [])
        taken = run(complete(yardstick.url, KEY, ids, clients, self.seconds))
        used, its = cpu_seconds([server]), cpu_seconds([database] if database else [])
        yardstick.answered += taken.orders
        _hold(yardstick.mistakes())
        self._told(taken, YARDSTICKS[yardstick.name], clients, used - before)
        if database:
            each = (its - its_before) / taken.orders * 1000
            self.figures.note("database CPU", each, of=YARDSTICKS[yardstick.name], clients=clients)

    def _compare(self, yardstick: Yardstick, clients: int) -> None:
        name = YARDSTICKS[yardstick.name]
        last = partial(self.figures.last, clients=clients)
        note = partial(self.figures.note, of=name, clients=clients)
        note("against", last("completes", FREESTONE) / last("completes", name))
        if yardstick.database.pid:
            ours, its = (
                last("complete CPU", of) + last("database CPU", of) for of in (FREESTONE, name)
            )
            note("CPU against", ours / its)

    def _told(self, taken: Taken, of: str, clients: int, used: float) -> None:
        note = partial(self.figures.note, of=of, clients=clients)
        note("completes", taken.orders / taken.seconds)
        note("complete p50", milliseconds(taken.complete, 0.5))
        self.figures.pool("complete", taken.complete, of=of, clients=clients)
        note("completed", taken.orders)
        note("complete CPU", used / taken.orders * 1000)


def _hold(mistakes: list[str]) -> None:
    if mistakes:
        raise Untrue("\n".join(mistakes[:10]))
