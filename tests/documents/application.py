"""The application as it is served in production, for what is to be read off it."""

from asyncio import run
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi.testclient import TestClient

from app.main import create_apps
from app.settings import Settings
from tests.databases import a_database
from tests.engines import sqlite_in


@cache
def described() -> dict[str, Any]:
    """Its OpenAPI document."""
    with TemporaryDirectory() as folder:
        settings = Settings(database_url=sqlite_in(Path(folder)))
        run(_made(settings.database_url))
        public, _ = create_apps(settings)
        with TestClient(public):
            document: dict[str, Any] = public.openapi()
    return document


async def _made(url: str) -> None:
    async with a_database(url):
        pass


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Every operation, with its method and path, in the order that it is described in."""
    return [
        (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
