"""A database that would lose characters is told at once, before there is anything to lose."""

from pathlib import Path

import pytest

from infrastructure.shared.migrations.run import FailedMigration
from infrastructure.shared.migrations.tables import migrate, pending
from tests.engines import Databases, only
from tests.migrations.kept import Kept

LOSING = {
    "postgresql": "TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'",
    "mariadb": "CHARACTER SET utf8mb3",
}
TOLD = {"postgresql": "keeps text as LATIN1, not as UTF8", "mariadb": "utf8mb3, not as utf8mb4"}


@only("postgresql", "mariadb")
async def test_a_database_that_loses_characters_is_refused(
    kind: str, made: Databases, tmp_path: Path
) -> None:
    kept = Kept(made.make(kind, tmp_path, LOSING[kind]), ("catalog",))

    with pytest.raises(FailedMigration, match=TOLD[kind]):
        await migrate(kept)

    assert await pending(kept) == ["catalog"]
    made.drop(kept.url)
