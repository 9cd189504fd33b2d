"""The map as a picture that stands by itself: light and dark, and told in words to who cannot see it."""

from collections.abc import Iterator
from html import escape
from textwrap import wrap

from app.map.house import House
from app.map.layout import (
    BOX,
    LETTERS_OF_ABOUT,
    LINE,
    PADDING,
    TITLE,
    TRACK,
    Box,
    Layout,
    Line,
    Port,
    Side,
    laid_out,
)

FOOT, BEND, ARROW = 30, 6, 7
LIGHT = ("#0969da", "#bc4c00", "#1a7f37", "#8250df", "#bf3989", "#57606a")
DARK = ("#58a6ff", "#f0883e", "#3fb950", "#bc8cff", "#f778ba", "#9aa4af")
STYLE = """
.ground { fill: #ffffff } .box { fill: #f6f8fa; stroke: #8c959f } text { fill: #1f2328 }
text { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace }
.name { font: bold 15px system-ui, "DejaVu Sans", sans-serif }
.about { font: 12.5px system-ui, "DejaVu Sans", sans-serif }
.face { font: italic 11.5px system-ui, "DejaVu Sans", sans-serif }
path, .dash { fill: none; stroke-width: 1.7 } .event, .dash { stroke-dasharray: 5 3 }
.under { stroke: #ffffff; stroke-width: 6 }
"""
STYLE_IN_THE_DARK = """
.ground { fill: #0d1117 } .box { fill: #161b22; stroke: #6e7681 } text { fill: #e6edf3 }
.under { stroke: #0d1117 }
"""


def svg(house: House, title: str) -> str:
    layout = laid_out(house)
    width, height = round(layout.width), round(layout.height + FOOT)
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title desc">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="desc">{escape(" ".join(_said(house)))}</desc>',
        f"<style>{_style()}</style>",
        f'<rect class="ground" width="{width}" height="{height}"/>',
        *_side(layout, layout.left, "call"),
        *_side(layout, layout.right, "event"),
        *(line for box in layout.boxes for line in _box(box, layout.box_left)),
        *_legend(layout),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _style() -> str:
    light = "".join(f".c{n} {{ stroke: {c} }} .f{n} {{ fill: {c} }} " for n, c in enumerate(LIGHT))
    dark = "".join(f".c{n} {{ stroke: {c} }} .f{n} {{ fill: {c} }} " for n, c in enumerate(DARK))
    night = f"{STYLE_IN_THE_DARK}{dark}"
    return f"{STYLE}{light}\n@media (prefers-color-scheme: dark) {{{night}}}\n"


def _said(house: House) -> Iterator[str]:
    for asked in house.asked:
        yield f"{asked.caller} calls {asked.callee}: {', '.join(asked.calls)}."
    for heard in house.heard:
        yield f"{heard.consumer} hears {heard.event}."


def _side(layout: Layout, side: Side, kind: str) -> Iterator[str]:
    """Lines first, longest undermost, then what is written on them."""
    away = -1 if kind == "call" else 1
    edge = layout.box_left if kind == "call" else layout.box_left + BOX
    for line in sorted(side.lines, key=lambda line: -line.track):
        x = edge + away * (side.room + (line.track + 0.5) * TRACK)
        colour = line.track % len(LIGHT)
        paths = list(_paths(line, edge, x, away))
        yield from (f'<path class="under" d="{path}"/>' for path in paths)
        yield from (f'<path class="{kind} c{colour}" d="{path}"/>' for path in paths)
        for port in line.ports:
            if port.row.arrives:
                yield _arrow(edge, port.y, away, colour)
    for line in side.lines:
        for port in line.ports:
            yield _label(port, edge, away)


def _paths(line: Line, edge: float, x: float, away: int) -> Iterator[str]:
    """From where it leaves to each place it arrives at: out, along its track, and in again."""
    (begin,) = [port for port in line.ports if not port.row.arrives]
    ends = sorted((port for port in line.ports if port is not begin), key=lambda port: port.y)
    tip = edge + away * ARROW
    for end in ends:
        is_last = end is (ends[0] if end.y < begin.y else ends[-1])
        if not is_last:
            yield f"M{x:g} {end.y:g} H{tip:g}"
            continue
        down = BEND if end.y > begin.y else -BEND
        yield (
            f"M{edge:g} {begin.y:g} H{x - away * BEND:g} Q{x:g} {begin.y:g} {x:g} "
            f"{begin.y + down:g} V{end.y - down:g} Q{x:g} {end.y:g} {x - away * BEND:g} {end.y:g} "
            f"H{tip:g}"
        )


def _arrow(edge: float, y: float, away: int, colour: int) -> str:
    back = edge + away * (ARROW + 2)
    points = f"{edge:g},{y:g} {back:g},{y - 4.5:g} {back:g},{y + 4.5:g}"
    return f'<polygon class="f{colour}" points="{points}"/>'


def _label(port: Port, edge: float, away: int) -> str:
    anchor = "end" if away < 0 else "start"
    x = edge + away * (PADDING + 2)
    text = escape(port.row.label)
    return f'<text x="{x:g}" y="{port.y - 5:g}" text-anchor="{anchor}">{text}</text>'


def _box(box: Box, left: float) -> Iterator[str]:
    yield (
        f'<rect class="box" x="{left:g}" y="{box.top:g}" width="{BOX}" height="{box.height:g}" '
        'rx="6"/>'
    )
    x, y = left + PADDING, box.top + PADDING + 13
    yield f'<text class="name" x="{x:g}" y="{y:g}">{escape(box.context.name)}</text>'
    faces = wrap(", ".join(box.context.faces), LETTERS_OF_ABOUT)
    written = [("about", line) for line in box.about] + [("face", line) for line in faces]
    for number, (kind, line) in enumerate(written):
        y = box.top + PADDING + TITLE + number * LINE + 11
        yield f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(line)}</text>'


def _legend(layout: Layout) -> Iterator[str]:
    y, x = layout.height + 4, 24.0
    for kind, text, letters in (("call", "a call", 6), ("event", "an event that is heard", 22)):
        yield f'<path class="{kind} c5" d="M{x:g} {y:g} H{x + 34:g}"/>'
        yield f'<text x="{x + 42:g}" y="{y + 4:g}">{text}</text>'
        x += 42 + letters * 7.3 + 24
