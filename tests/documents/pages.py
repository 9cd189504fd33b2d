"""Documents that are made from the code. `make docs` makes them anew; a test notices when they are old."""

from collections.abc import Callable
from pathlib import Path

from pydantic.fields import FieldInfo

from app.settings import CONTEXTS, ContextSettings, Settings, name_of
from tests.documents.house import events_heard, picture

DOCS = Path(__file__).parents[2] / "docs"
BEGINS, ENDS = "<!-- made by `make docs`: begins -->", "<!-- made by `make docs`: ends -->"
MADE: dict[str, Callable[[], str]] = {}


def made(file: str) -> Callable[[Callable[[], str]], Callable[[], str]]:
    def keep(make: Callable[[], str]) -> Callable[[], str]:
        MADE[file] = make
        return make

    return keep


@made("settings.md")
def settings() -> str:
    own = [name for name in Settings.model_fields if name not in CONTEXTS]
    rows = [_row(name_of(name), Settings.model_fields[name]) for name in own]
    of_context = [
        _row(name_of("<context>", name), field)
        for name, field in ContextSettings.model_fields.items()
    ]
    heading = ["| setting | default | what it says |", "| --- | --- | --- |"]
    return "\n".join(
        [
            *heading,
            *rows,
            "",
            f"For each context ({', '.join(CONTEXTS)}), in place of `<CONTEXT>`:",
            "",
            *heading,
            *of_context,
        ]
    )


def _row(name: str, field: FieldInfo) -> str:
    default = field.default
    told = ",".join(default) if isinstance(default, tuple) else str(default)
    if isinstance(default, bool):
        told = told.lower()
    shown = f"`{told}`" if told else "(none)"
    return f"| `{name}` | {shown} | {field.description} |"


@made("architecture.md")
def architecture() -> str:
    lines = ["```mermaid", picture(), "```", "", "| event | heard by |", "| --- | --- |"]
    for event, listeners in events_heard().items():
        consumers = [f"`{name}`" for names in listeners.values() for name in names]
        lines.append(f"| `{event}` | {', '.join(consumers)} |")
    return "\n".join(lines)


def page(file: str) -> str:
    """A document as it should be: what people wrote, around what is made anew."""
    before, _, rest = (DOCS / file).read_text().partition(BEGINS)
    _, _, after = rest.partition(ENDS)
    return f"{before}{BEGINS}\n\n{MADE[file]()}\n\n{ENDS}{after}"


if __name__ == "__main__":
    for name in MADE:
        (DOCS / name).write_text(page(name))
