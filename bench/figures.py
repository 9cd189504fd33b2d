"""What is measured: each figure by its name, with its unit and what it says.

docs/bench.md lists them from here, and a name that is not here cannot be noted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median

from bench.latencies import slowest

FREESTONE, APART = "Freestone", "Freestone, three processes"
YARDSTICKS = {
    "one_transaction": "yardstick, one transaction (PostgreSQL)",
    "five_commits": "yardstick, five commits (PostgreSQL)",
}
BEARER = "Freestone, by an access token"
ISSUER = "Freestone (PostgreSQL)"
PEERS = {
    "kept": "oidc-provider (PostgreSQL)",
    "memory": "oidc-provider, clients in memory",
}
RATIO = "x"
FIGURES = {
    "orders": ("1/s", "whole orders: create, update, complete"),
    "placed": ("", "whole orders that were placed meanwhile: what follows is taken of them"),
    "order p50": ("ms", "how long a whole order takes: half of them less"),
    "order p99": ("ms", "how long a whole order takes: 99 in 100 less, of all rounds together"),
    "order most": ("ms", "instead, of fewer than 200 in all: how long the slowest took"),
    "order CPU": ("ms", "CPU of the server for a whole order, its events worked through"),
    "drain": ("s", "until the last event is worked through, after the last answer"),
    "completes": ("1/s", "`complete` alone, of checkouts that were ready before"),
    "completed": ("", "how many that were: what follows is taken of them"),
    "complete p50": ("ms", "how long `complete` takes: half of them less"),
    "complete p99": ("ms", "how long `complete` takes: 99 in 100 less, of all rounds together"),
    "complete most": ("ms", "instead, of fewer than 200 in all: how long the slowest took"),
    "complete CPU": ("ms", "CPU of the server for a `complete`, its events worked through"),
    "database CPU": (
        "ms",
        "CPU of the database server for a `complete`; SQLite has none of its own: 0",
    ),
    "against": (RATIO, "completes a second, divided by those of the yardstick in the same round"),
    "CPU against": (RATIO, "CPU of a `complete` with its database, divided by the yardstick's"),
    "products": ("1/s", "one product by its id, over the merchant API"),
    "product p50": ("ms", "how long that takes: half of them less"),
    "product CPU": ("ms", "CPU of the server for one"),
    "product pages": ("1/s", "20 products with their prices, over the merchant API"),
    "product page p50": ("ms", "how long that takes: half of them less"),
    "product page CPU": ("ms", "CPU of the server for one page"),
    "open routes": ("1/s", "beside it: a route that anybody may ask (`/healthz`)"),
    "open route p50": ("ms", "how long that takes: half of them less"),
    "open route CPU": ("ms", "CPU of the server for one"),
    "verification": ("us", "CPU to say what an access token (ES256) opens, without HTTP"),
    "tokens": ("1/s", "access tokens that a client asks for in its own name, 8 at once"),
    "token p50": ("ms", "how long that takes: half of them less"),
    "token CPU": ("ms", "CPU of the server for one, its grant kept"),
    "token database CPU": ("ms", "CPU of the database server for one"),
    "token CPU against": (RATIO, "both CPUs, divided by the other's in the same round"),
    "events": ("1/s", "events of a backlog that one relay brings to a listener"),
    "event CPU": ("us", "CPU of the relay's process for one of them"),
    "event p50": ("ms", "from the commit of an event until its consumer has it: half of them less"),
    "event p99": ("ms", "the same: 99 in 100 less, of all rounds together"),
    "event most": ("ms", "instead, of fewer than 200 in all: how long the slowest took"),
    "statements": ("", "SQL statements, without BEGIN, COMMIT and polls that find nothing"),
    "start": ("s", "from the start of the process to its first answer"),
    "resident": ("MB", "resident memory of the process, after the load"),
    "idle CPU": ("ms/s", "CPU that a process uses which nobody asks for anything"),
    "edge CPU": ("us", "CPU of the server for a request that does nothing, up to this layer"),
    "edge p50": ("us", "how long such a request takes, one at a time"),
    "call p50": ("ms", "how long one call of a contract takes (`inventory.find_stock`)"),
    "call added": (RATIO, "what a far call takes longer than a near one, in bare hops on loopback"),
    "apart CPU": (RATIO, "CPU for a whole order in three processes, divided by that in one"),
}


@dataclass(frozen=True)
class Summary:
    """One figure of one thing, over all rounds."""

    figure: str
    of: str
    clients: int | None
    unit: str
    median: float
    least: float
    most: float
    values: tuple[float, ...]


@dataclass
class Figures:
    """All that one run found, in the order in which it was first found."""

    _noted: dict[tuple[str, str, int | None], list[float]] = field(default_factory=dict)
    _pooled: dict[tuple[str, str, int | None], list[float]] = field(default_factory=dict)

    def note(self, figure: str, value: float, of: str, *, clients: int | None = None) -> None:
        if figure not in FIGURES:
            raise LookupError(figure)
        self._noted.setdefault((figure, of, clients), []).append(value)

    def pool(
        self, what: str, taken: Sequence[float], of: str, *, clients: int | None = None
    ) -> None:
        """How long each took, in seconds: one round has too few to say how long the slowest take,
        so that is told of all rounds together.
        """
        self._pooled.setdefault((what, of, clients), []).extend(taken)

    def last(self, figure: str, of: str, *, clients: int | None = None) -> float:
        """What was noted in this round."""
        return self._noted[figure, of, clients][-1]

    def summaries(self) -> Iterator[Summary]:
        order = list(FIGURES)
        noted = dict(self._noted)
        for (what, of, clients), taken in self._pooled.items():
            which, longest = slowest(taken)
            noted[f"{what} {which}", of, clients] = [longest]
        for key in sorted(noted, key=lambda key: order.index(key[0])):
            (figure, of, clients), values = key, noted[key]
            unit, _ = FIGURES[figure]
            whole = tuple(round(value, 3) for value in values)
            yield Summary(figure, of, clients, unit, median(whole), min(whole), max(whole), whole)

    def as_json(self) -> list[dict[str, object]]:
        return [asdict(summary) for summary in self.summaries()]


def table(figures: Figures) -> str:
    """For people: the median of all rounds, and how far they were apart."""
    lines = [
        (one.figure, one.of, str(one.clients or ""), _said(one.median), one.unit, _spread(one))
        for one in figures.summaries()
    ]
    heading = ("figure", "of", "clients", "median", "", "least..most")
    widths = [max(len(line[i]) for line in [heading, *lines]) for i in range(len(heading))]
    rule = tuple("-" * width for width in widths)
    return "\n".join(
        "  ".join(
            text.rjust(width) if i in (2, 3) else text.ljust(width)
            for i, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in [heading, rule, *lines]
    )


def _said(value: float) -> str:
    if value == int(value) and abs(value) < 1000:
        return f"{value:.0f}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _spread(one: Summary) -> str:
    return f"{_said(one.least)}..{_said(one.most)}" if len(one.values) > 1 else ""
