"""What was injected and what was lost, as one table."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tests.faults.storm.losses import KINDS, Loss, counted

SECONDS = "recovered in, s (median, most)"


@dataclass(frozen=True)
class Row:
    fault: str
    recovered: Sequence[float]
    """After how many seconds, for each that was injected."""
    losses: frozenset[Loss]


def table(rows: Sequence[Row]) -> str:
    """In Markdown, so that documents can have it as it is."""
    lines: list[tuple[str, ...]] = [("fault", "injected", SECONDS, *KINDS)]
    for row in rows:
        seconds = f"{median(row.recovered):.1f}, {max(row.recovered):.1f}" if row.recovered else "-"
        lines.append((row.fault, str(len(row.recovered)), seconds, *_numbers(row.losses)))
    together = frozenset(loss for row in rows for loss in row.losses)
    injected = sum(len(row.recovered) for row in rows)
    lines.append(("all", str(injected), "", *_numbers(together)))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = [_line([c.ljust(w) for c, w in zip(line, widths, strict=True)]) for line in lines]
    return "\n".join([padded[0], _line(["-" * width for width in widths]), *padded[1:]])


def _numbers(losses: frozenset[Loss]) -> list[str]:
    return [str(number) for number in counted(set(losses)).values()]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
