"""docs/settings.md: what a process can be told."""

from pydantic.fields import FieldInfo

from app.settings import CONTEXTS, ContextSettings, Settings, name_of
from tests.documents.markdown import table

HEADING = ("setting", "default", "what it says")


def told() -> str:
    own = [name for name in Settings.model_fields if name not in CONTEXTS]
    return "\n\n".join(
        [
            table(HEADING, (_row(name_of(name), Settings.model_fields[name]) for name in own)),
            f"For each context ({', '.join(CONTEXTS)}), in place of `<CONTEXT>`:",
            table(
                HEADING,
                (
                    _row(name_of("<context>", name), field)
                    for name, field in ContextSettings.model_fields.items()
                ),
            ),
        ]
    )


def _row(name: str, field: FieldInfo) -> tuple[str, ...]:
    default = field.default
    told = ",".join(default) if isinstance(default, tuple) else str(default)
    if isinstance(default, bool):
        told = told.lower()
    return f"`{name}`", f"`{told}`" if told else "(none)", field.description or ""
