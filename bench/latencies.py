"""How long things took, in one figure."""

from collections.abc import Sequence

FEWEST = 200
"""So many make 99 in 100 say something: the two slowest at least are slower."""


def slowest(taken: Sequence[float]) -> tuple[str, float]:
    """What 99 in 100 are faster than; of too few to say so, the slowest. And which of the two."""
    if len(taken) < FEWEST:
        return "most", max(taken) * 1000
    return "p99", milliseconds(taken, 0.99)


def milliseconds(taken: Sequence[float], share: float) -> float:
    return sorted(taken)[int(len(taken) * share)] * 1000
