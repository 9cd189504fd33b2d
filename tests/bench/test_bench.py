"""The bench, in short: what it prints is proven and whole."""

import json
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest
from bench.__main__ import main
from bench.figures import FIGURES, FREESTONE, Figures
from bench.latencies import slowest
from bench.shop import NotDrained, Shop, drained
from bench.statements import worked

from infrastructure.payments.ledger import Ledger
from tests.conftest import a_shop
from tests.journeys.reconcile import Books
from tests.private_servers import require_installed
from tests.services.kinds import KINDS

OF_YARDSTICKS = frozenset({"against", "CPU against"})
OF_MANY = frozenset({"order p99", "complete p99", "event p99"})
OF_SPLIT = frozenset({"call p50", "call added", "apart CPU"})
OF_PEERS = frozenset(
    {"verification", "tokens", "token p50", "token CPU", "token database CPU", "token CPU against"}
)
ALONE = ("--without-yardsticks", "--without-split", "--without-broker", "--without-peers")
SHORT = ("--seconds", "0.5", "--clients", "2", "--rounds", "1")


@pytest.mark.parametrize(
    ("engine", "told", "left_out"),
    [
        ("sqlite", ALONE, OF_YARDSTICKS | OF_SPLIT | OF_PEERS),
        pytest.param("sqlite", (), frozenset(), marks=pytest.mark.thorough),
        pytest.param(
            "postgresql", ALONE, OF_YARDSTICKS | OF_SPLIT | OF_PEERS, marks=pytest.mark.thorough
        ),
        pytest.param(
            "mariadb", ALONE, OF_YARDSTICKS | OF_SPLIT | OF_PEERS, marks=pytest.mark.thorough
        ),
    ],
)
def test_orders_are_placed_and_every_figure_is_told(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    engine: str,
    told: tuple[str, ...],
    left_out: frozenset[str],
) -> None:
    if engine != "sqlite":
        require_installed(KINDS[engine])
    out = tmp_path / "results" / "short.json"

    main([*SHORT, *told, "--engine", engine, "--out", str(out)])

    found = json.loads(out.read_text())
    figures = {one["figure"]: one for one in found["figures"]}
    assert figures.keys() | OF_MANY == FIGURES.keys() - left_out
    assert all(one["least"] <= one["median"] <= one["most"] for one in found["figures"])
    assert figures["orders"]["median"] > 0
    assert figures["orders"]["unit"] == "1/s"
    asked = {"engine": engine, "seconds": 0.5, "clients": [2], "rounds": 1}
    assert found["asked"].items() >= asked.items()
    assert found["machine"].keys() == {"cpus", "system", "python", "load"}
    assert found["engines"][engine]
    assert found["commit"] is None or len(found["commit"]["id"]) == 40
    assert figures["placed"]["median"] > 0
    shown = capsys.readouterr().out
    assert all(part in shown for part in (str(out), "0.5 s for each", "1 rounds", "load "))
    statements = {
        one["of"].partition(": ")[2]: one["median"]
        for one in found["figures"]
        if one["figure"] == "statements"
    }
    new, known = (f"its events, a buyer who is {which}" for which in ("new", "known"))
    assert statements["whole order"] > 0
    assert statements[new] > statements[known] > 0


def test_an_order_that_was_answered_and_is_not_there_is_told(stocked: Path, tmp_path: Path) -> None:
    copytree(stocked, tmp_path, dirs_exist_ok=True)
    with closing(Ledger(tmp_path / "provider.db")) as ledger:
        assert ledger.entries() == []
    shop = Shop({}, Books.of(a_shop(tmp_path)), key="", staff_key="")
    assert shop.mistakes() == []

    shop.answered = 1

    assert shop.mistakes() == ["there are 0 orders, not 1"]


def test_a_yardstick_that_cannot_be_had_is_not_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tests.services.programs.PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("BENCH_POSTGRESQL", raising=False)

    with pytest.raises(SystemExit, match="apt-get install -y postgresql"):
        main(SHORT)


@pytest.mark.parametrize(
    "wrong",
    [
        ("--clients", "0"),
        ("--clients", "x"),
        ("--clients", "8,"),
        ("--seconds", "0"),
        ("--seconds", "nan"),
        ("--rounds", "0"),
        ("--out", "/proc/nowhere/figures.json"),
        ("--out", "/"),
    ],
)
def test_what_cannot_be_measured_is_told_at_once(
    wrong: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(wrong)

    assert ended.value.code == 2
    assert f"argument {wrong[0]}: " in capsys.readouterr().err


def test_events_that_are_never_worked_through_are_told() -> None:
    with pytest.raises(NotDrained, match="3 events are still under way"):
        drained(lambda: 3, seconds=0.0)


def test_of_few_the_slowest_is_told_and_not_what_99_in_100_are_faster_than() -> None:
    assert slowest([0.001, 0.003, 0.002]) == ("most", 3.0)
    assert slowest([0.001] * 300 + [0.002] * 10) == ("p99", 2.0)


def test_the_slowest_of_all_rounds_together_is_told_once() -> None:
    figures = Figures()

    for taken in ([0.001] * 150, [0.001] * 145 + [0.002] * 5, [0.003]):
        figures.pool("order", taken, FREESTONE, clients=8)
    figures.pool("complete", [0.001, 0.004], FREESTONE, clients=8)

    assert [(one.figure, one.clients, one.values) for one in figures.summaries()] == [
        ("order p99", 8, (2.0,)),
        ("complete most", 8, (4.0,)),
    ]


def test_only_polls_that_find_nothing_are_left_out() -> None:
    poll, other = ("relay", "SELECT what is unsent"), ("inbox", "SELECT what is due")
    work = [("relay", "SELECT a customer"), ("relay", "INSERT a customer")]

    followed = list(worked([poll, other, poll, *work, poll, other], {poll, other}))

    assert followed == [poll, *work]
