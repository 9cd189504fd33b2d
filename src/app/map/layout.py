"""Where things stand on the map: contexts one below the other, calls on the left, events right.

Every line has a row of its own at each end, with its name on it, and a track of its own wherever
another passes: so nothing is written or drawn over anything else, however many there are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import wrap

from app.map.house import Context, House, short

BOX, ROW, GAP, TRACK, MARGIN = 250, 22, 26, 12, 24
TITLE, LINE, PADDING = 24, 17, 12
LETTER = 7.3
"""The width of a letter on a line, of the widest among the fonts that may be used."""
LETTERS_OF_ABOUT = 33


@dataclass(frozen=True)
class Row:
    """Where a line meets a context; `arrives` says at which end that is."""

    context: str
    label: str
    line: str
    arrives: bool


@dataclass(frozen=True)
class Box:
    context: Context
    top: float
    height: float
    about: tuple[str, ...]


@dataclass(frozen=True)
class Port:
    row: Row
    y: float


@dataclass(frozen=True)
class Line:
    """All that leaves at one end and arrives at one or more: by its track, counted from the boxes."""

    ports: tuple[Port, ...]
    track: int

    @property
    def span(self) -> tuple[float, float]:
        heights = [port.y for port in self.ports]
        return min(heights), max(heights)


@dataclass(frozen=True)
class Side:
    lines: tuple[Line, ...]
    letters: int
    """The longest label's."""

    @property
    def room(self) -> float:
        """For labels; tracks begin beyond it."""
        return self.letters * LETTER + 2 * PADDING if self.lines else 0

    @property
    def width(self) -> float:
        tracks = max((line.track for line in self.lines), default=-1) + 1
        return self.room + tracks * TRACK


@dataclass(frozen=True)
class Layout:
    boxes: tuple[Box, ...]
    left: Side
    right: Side
    height: float

    @property
    def width(self) -> float:
        return 2 * MARGIN + self.left.width + BOX + self.right.width

    @property
    def box_left(self) -> float:
        return MARGIN + self.left.width


def laid_out(house: House) -> Layout:
    calls, events = _calls(house), _events(house)
    boxes, top = [], float(MARGIN)
    for context in house.contexts:
        box = _box(context, top, calls, events)
        boxes.append(box)
        top += box.height + GAP
    return Layout(tuple(boxes), _side(calls, boxes), _side(events, boxes), top - GAP + MARGIN)


def _calls(house: House) -> list[Row]:
    """Who is called furthest below is named first, so that lines do not cross on their way out."""
    below = {context.name: place for place, context in enumerate(house.contexts)}
    rows = []
    for one in sorted(house.asked, key=lambda one: -below[one.callee]):
        line = f"{one.caller} calls {one.callee}"
        rows.append(Row(one.caller, one.callee, line, arrives=False))
        rows.extend(Row(one.callee, call, line, arrives=True) for call in one.calls)
    return rows


def _events(house: House) -> list[Row]:
    told = dict.fromkeys(one.event for one in house.heard)
    rows = [Row(event.partition(".")[0], short(event), event, arrives=False) for event in told]
    for one in house.heard:
        consumer = one.consumer.partition(".")[2]
        label = f"{short(one.event)} · {consumer}"
        rows.append(Row(one.listener, label, one.event, arrives=True))
    return rows


def _box(context: Context, top: float, *sides: list[Row]) -> Box:
    about = tuple(wrap(context.about.rstrip("."), LETTERS_OF_ABOUT))
    lines = len(about) + (len(wrap(", ".join(context.faces), LETTERS_OF_ABOUT)))
    most = max(sum(row.context == context.name for row in side) for side in sides)
    written = TITLE + lines * LINE + 2 * PADDING
    return Box(context, top, max(written, most * ROW + PADDING), about)


def _side(rows: list[Row], boxes: Iterable[Box]) -> Side:
    ports: dict[str, list[Port]] = {}
    for box in boxes:
        own = [row for row in rows if row.context == box.context.name]
        for number, row in enumerate(own):
            y = box.top + PADDING / 2 + (number + 0.5) * ROW
            ports.setdefault(row.line, []).append(Port(row, y))
    lines = [Line(tuple(of_one), 0) for of_one in ports.values()]
    return Side(tuple(_tracked(lines)), max((len(row.label) for row in rows), default=0))


def _tracked(lines: list[Line]) -> Iterable[Line]:
    """Short lines near the boxes, long ones outside; no two touch on one track."""
    taken: list[list[tuple[float, float]]] = []
    for line in sorted(lines, key=lambda line: (line.span[1] - line.span[0], line.span)):
        top, bottom = line.span
        track = next(
            (
                number
                for number, spans in enumerate(taken)
                if all(bottom + ROW / 2 < low or high + ROW / 2 < top for low, high in spans)
            ),
            len(taken),
        )
        if track == len(taken):
            taken.append([])
        taken[track].append((top, bottom))
        yield Line(line.ports, track)
