"""Tests that cannot be run here, for something that they need is missing: told at the end."""

import os
from collections import Counter
from collections.abc import Iterator
from typing import NoReturn

import pytest

MARK = "left out, "


def leave_out(what: str, how: str) -> NoReturn:
    """Leave out the test that runs, and say at the end what needs this, and how to get it.

    Where `CI` is set nothing may be left out: it fails.
    """
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing, and CI leaves nothing out: {how}", pytrace=False)
    pytest.skip(f"{MARK}{what}: {how}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if told := [*_reasons(terminalreporter), *_minutes(terminalreporter)]:
        terminalreporter.section("left out")
        for line in told:
            terminalreporter.line(line)


def _reasons(reporter: pytest.TerminalReporter) -> Iterator[str]:
    skipped = [report.longrepr for report in reporter.getreports("skipped")]
    told = [one[2].partition(MARK)[2] for one in skipped if isinstance(one, tuple)]
    for reason, number in sorted(Counter(filter(None, told)).items()):
        yield f"{reason} ({number} {'test' if number == 1 else 'tests'})"


def _minutes(reporter: pytest.TerminalReporter) -> Iterator[str]:
    """Workers of xdist do not tell which tests they were not to run."""
    is_known = reporter.getreports("deselected") or reporter.config.getoption("numprocesses", 0)
    if is_known and reporter.config.getoption("markexpr") == "not thorough":
        yield "What takes minutes: make thorough"
