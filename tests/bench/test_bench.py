"""The bench, in short: what it prints is proven and whole."""

import json
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest
from bench.__main__ import main
from bench.figures import FIGURES
from bench.shop import Shop

from infrastructure.payments.ledger import Ledger
from tests.journeys.reconcile import Books

OF_YARDSTICKS = frozenset({"against", "CPU against", "database CPU"})
OF_SPLIT = frozenset({"call p50", "call added", "apart CPU"})
SHORT = ("--seconds", "0.5", "--clients", "2", "--rounds", "1")


@pytest.mark.parametrize(
    ("told", "left_out"),
    [
        (("--without-yardsticks", "--without-split"), OF_YARDSTICKS | OF_SPLIT),
        pytest.param((), frozenset(), marks=pytest.mark.thorough),
    ],
)
def test_orders_are_placed_and_every_figure_is_told(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    told: tuple[str, ...],
    left_out: frozenset[str],
) -> None:
    out = tmp_path / "results" / "short.json"

    main([*SHORT, *told, "--out", str(out)])

    found = json.loads(out.read_text())
    figures = {one["figure"]: one for one in found["figures"]}
    assert figures.keys() == FIGURES.keys() - left_out
    assert all(one["least"] <= one["median"] <= one["most"] for one in found["figures"])
    assert figures["orders"]["median"] > 0
    assert figures["orders"]["unit"] == "1/s"
    assert found["asked"] == {"seconds": 0.5, "clients": [2], "rounds": 1}
    assert found["machine"].keys() == {"cpus", "system", "python"}
    assert str(out) in capsys.readouterr().out


def test_an_order_that_was_answered_and_is_not_there_is_told(stocked: Path, tmp_path: Path) -> None:
    copytree(stocked, tmp_path, dirs_exist_ok=True)
    with closing(Ledger(tmp_path / "provider.db")) as ledger:
        assert ledger.entries() == []
    shop = Shop({}, Books.of(tmp_path), key="")
    assert shop.mistakes() == []

    shop.answered = 1

    assert shop.mistakes() == ["there are 0 orders, not 1"]


def test_a_yardstick_that_cannot_be_had_is_not_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("bench.postgres.PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("BENCH_POSTGRESQL", raising=False)

    with pytest.raises(SystemExit, match="BENCH_POSTGRESQL"):
        main(SHORT)
