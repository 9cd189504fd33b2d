"""The SQLite files of the contexts that are hosted here; other databases are not copied as files."""

from pathlib import Path

from sqlalchemy import make_url

from app.commands.terminal import Unusable
from app.settings import Settings
from infrastructure.shared.backup.folder import Kept


def kept_files(settings: Settings) -> list[Kept]:
    """Each file once, with its contexts. Raises `Unusable` where one is on a server."""
    by_file: dict[Path, list[str]] = {}
    elsewhere: dict[str, list[str]] = {}
    for context in settings.contexts:
        url = make_url(settings.database_of(context))
        if (engine := url.get_backend_name()) == "sqlite":
            by_file.setdefault(Path(url.database or "").resolve(), []).append(context)
        else:
            elsewhere.setdefault(engine, []).append(context)
    if elsewhere:
        kept = "; ".join(f"{', '.join(names)}: on {engine}" for engine, names in elsewhere.items())
        raise Unusable(
            f"nothing was done, for only SQLite files are copied here ({kept})\n"
            "docs/backup.md says how a server is backed up and restored, to any point in time"
        )
    return [Kept(file=file, contexts=tuple(names)) for file, names in sorted(by_file.items())]
