"""How fast Freestone is, and what it costs: measured over HTTP, proven by counting rows.

python -m bench [--engine postgresql] [--seconds 5] [--clients 8,32] [--rounds 3] [--out bench/results/...json]
"""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from tests.services import nats
from tests.services.programs import Failed, NotInstalled
from tests.services.temporary import a_server

from bench.clients import NotGranted
from bench.figures import FREESTONE, YARDSTICKS, Figures
from bench.ladder import call, climb, edge
from bench.load import NotPlaced
from bench.outbox import NotArrived
from bench.reads import NotRead, read
from bench.relay import relayed
from bench.report import Report
from bench.rounds import Rounds, Untrue
from bench.shop import NotDrained, Shop, apart, whole
from bench.statements import count_statements
from bench.stock import stocked
from bench.tokens import compare, mints
from bench.watch import cpu_seconds, resident_megabytes
from bench.yardstick import yardstick

ENGINES = ("sqlite", "postgresql", "mariadb")
RESULTS = Path(__file__).parent / "results"
MOST_SECONDS_IDLE = 3.0
UNTOLD = (NotArrived, NotDrained, NotGranted, NotPlaced, NotRead)


def main(arguments: Sequence[str] | None = None) -> None:
    asked = _asked(arguments)
    figures, report = Figures(), Report(asked)
    try:
        with TemporaryDirectory() as folder, ExitStack() as stack:
            measure(report, Path(folder), figures, stack)
    except (*UNTOLD, Failed, NotInstalled, Untrue) as failure:
        sys.exit(f"{type(failure).__name__}: {failure}")
    asked.out.write_text(json.dumps(report.as_json(figures), indent=2) + "\n")
    sys.stdout.write(f"{report.for_people(figures)}\n\n{asked.out}\n")


def measure(report: Report, folder: Path, figures: Figures, stack: ExitStack) -> None:
    """Everything, in turn. What is served is ended with the stack."""
    asked = report.asked
    names = () if asked.without_yardsticks else YARDSTICKS
    yardsticks = [stack.enter_context(yardstick(n, folder / f"{n}.log")) for n in names]
    if yardsticks:
        report.engines["postgresql"] = yardsticks[0].database.version
    stock = stack.enter_context(stocked(folder / "stock", asked.engine))
    if stock.server:
        report.engines[asked.engine] = stock.server.version.partition(" ")[2]
    rounds = Rounds(figures, asked.seconds)
    count_statements(stock, folder / "counted", figures)
    began = monotonic()
    shop = stack.enter_context(whole(stock, folder / "whole"))
    figures.note("start", monotonic() - began, FREESTONE)
    _rest(shop, figures, min(asked.seconds, MOST_SECONDS_IDLE))
    cut = None
    if not asked.without_split:
        cut = stack.enter_context(apart(stock, folder / "apart"))
    layers = stack.enter_context(edge(stock, folder / "edge.log"))
    queue = stock.empty(folder / "queue")
    broker = None if asked.without_broker else stack.enter_context(a_server(nats))
    if broker:
        report.engines["nats"] = broker.version
    served = [] if asked.without_peers else stack.enter_context(mints(folder))
    for _ in range(asked.rounds):
        for clients in asked.clients:
            rounds.measure(shop, yardsticks, clients)
            if cut:
                rounds.cut(cut, clients)
        read(shop, figures, asked.seconds / 2)
        relayed(queue, broker.url if broker else None, figures, asked.seconds / 2)
        climb(layers, figures, asked.seconds / 4)
        if cut:
            call(cut, stock, layers, figures, asked.seconds / 4)
        if served:
            compare(served, figures, asked.seconds)
    figures.note("resident", resident_megabytes(shop.pids[0]), FREESTONE)


def _rest(shop: Shop, figures: Figures, seconds: float) -> None:
    before = cpu_seconds(shop.pids)
    sleep(seconds)
    figures.note("idle CPU", (cpu_seconds(shop.pids) - before) / seconds * 1000, FREESTONE)


def _asked(arguments: Sequence[str] | None) -> Namespace:
    told = ArgumentParser(prog="bench", description=__doc__)
    told.add_argument("--engine", choices=ENGINES, default=ENGINES[0], help="%(default)s")
    told.add_argument(
        "--seconds", type=_seconds, default=5.0, help="for each measurement (%(default)s)"
    )
    told.add_argument(
        "--clients", type=_numbers, default=[8, 32], help="with commas between (8,32)"
    )
    told.add_argument("--rounds", type=_number, default=3, help="%(default)s")
    told.add_argument("--without-yardsticks", action="store_true")
    told.add_argument("--without-split", action="store_true")
    told.add_argument("--without-broker", action="store_true")
    told.add_argument("--without-peers", action="store_true")
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    told.add_argument("--out", type=Path, default=RESULTS / name)
    asked = told.parse_args(arguments)
    try:
        _require_writable(asked.out)
    except OSError as why:
        told.error(f"argument --out: {asked.out} cannot be written: {why.strerror}")
    return asked


def _require_writable(file: Path) -> None:
    """Now, and not after all that was measured. Leaves no file where there was none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    was_there = file.exists()
    file.open("a").close()
    if not was_there:
        file.unlink()


def _seconds(text: str) -> float:
    seconds = float(text)
    if not (isfinite(seconds) and seconds > 0):
        raise ArgumentTypeError(f"{text!r}: a time that is longer than none")
    return seconds


def _numbers(text: str) -> list[int]:
    return [_number(part) for part in text.split(",")]


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise ArgumentTypeError(f"{text!r}: a whole number, of at least 1")
    return int(text)


if __name__ == "__main__":
    main()
