"""The replicas that a process reads from."""

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from infrastructure.shared.database.engines import Engines
from infrastructure.shared.database.replica import Replica
from infrastructure.shared.database.writers import Writers


class Replicas:
    def __init__(self, engines: Engines, most_lag_seconds: float) -> None:
        self._engines, self._most_lag_seconds = engines, most_lag_seconds
        self._replicas: list[Replica] = []

    def of(self, primary: AsyncEngine, url: str, writers: Table) -> Replica | None:
        """The replica of a context's database, if it has one."""
        if not url:
            return None
        copy = self._engines.reading_at(url)
        self._replicas.append(Replica(primary, copy, Writers(writers), self._most_lag_seconds))
        return self._replicas[-1]

    async def close(self) -> None:
        for replica in self._replicas:
            await replica.close()
