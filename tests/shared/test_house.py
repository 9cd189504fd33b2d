"""How a house is closed."""

from pathlib import Path

import pytest
from dependency_injector import providers

from app.container import Container
from app.house import opened
from app.settings import Settings
from tests.conftest import a_shop


class Stuck:
    """It cannot be closed."""

    async def close(self) -> None:
        raise ConnectionResetError


async def test_what_cannot_be_closed_leaves_nothing_else_open(tmp_path: Path) -> None:
    container = Container()
    container.clients.override(providers.Object(Stuck()))
    around = opened(Settings(**a_shop(tmp_path)), container)
    house = await around.__aenter__()
    assert await house.is_ready()
    lines = house.kept("catalog").engine.pool
    assert "Connections in pool: 1" in lines.status()

    with pytest.raises(ConnectionResetError):
        await around.__aexit__(None, None, None)

    assert "Connections in pool: 0" in lines.status()
