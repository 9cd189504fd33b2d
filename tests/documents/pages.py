"""Documents that are made from the code. `make docs` makes them anew; a test notices when they are old."""

from functools import cache
from pathlib import Path

from tests.documents import (
    api,
    bench,
    contexts,
    decisions,
    events,
    house,
    order_path,
    problems,
    program,
    protocol,
    schedules,
    settings,
)

DOCS = Path(__file__).parents[2] / "docs"
BEGINS, ENDS = "<!-- made by `make docs`: begins -->", "<!-- made by `make docs`: ends -->"
WITHIN = {
    "architecture.md": house.told,
    "bench.md": bench.told,
    "order-path.md": order_path.told,
    "processes.md": schedules.told,
    "settings.md": settings.told,
}
"""Made from the code within what people wrote."""
FOLDERS = ("contexts", "reference")
"""Where nothing is written by hand."""


@cache
def made() -> dict[str, str]:
    """Every document as it should be, by its path."""
    return {
        **{file: _around(file, make()) for file, make in WITHIN.items()},
        **contexts.pages(),
        **decisions.pages(),
        **events.pages(),
        **api.pages(),
        **program.pages(),
        **problems.pages(),
        **protocol.pages(),
    }


def _around(file: str, text: str) -> str:
    before, _, rest = (DOCS / file).read_text("utf-8").partition(BEGINS)
    _, _, after = rest.partition(ENDS)
    return f"{before}{BEGINS}\n\n{text}\n\n{ENDS}{after}"


def left_over() -> list[Path]:
    """Documents of what is not in the code any more."""
    kept = {DOCS / name for name in made()}
    files = [file for folder in FOLDERS for file in (DOCS / folder).rglob("*") if file.is_file()]
    return sorted(set(files) - kept)


if __name__ == "__main__":
    for name, text in made().items():
        (DOCS / name).parent.mkdir(exist_ok=True)
        (DOCS / name).write_text(text, "utf-8")
    for file in left_over():
        file.unlink()
