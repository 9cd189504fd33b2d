"""docs/decisions/index.md: what was decided, by number."""

from pathlib import Path

from tests.documents.markdown import table, whole

FOLDER = Path(__file__).parents[2] / "docs" / "decisions"
ABOUT = """Each says what forced a choice, what is done, what it costs, and what else was considered. A
decision that does not hold any more is superseded by a later one, and stays."""


def pages() -> dict[str, str]:
    rows = []
    for file in sorted(FOLDER.glob("[0-9]*.md")):
        number, _, title = _title(file).partition(". ")
        rows.append((number, f"[{title}]({file.name})"))
    return {"decisions/index.md": whole("Decisions", ABOUT, table(("", "decision"), rows))}


def _title(file: Path) -> str:
    return file.read_text("utf-8").partition("\n")[0].removeprefix("# ")
