"""The merchant API of a whole shop, and a member of its staff."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anyio.from_thread import start_blocking_portal
from fastapi.testclient import TestClient

from app.main import create_apps
from app.settings import Settings
from infrastructure.shared.migrations.tables import migrate
from tests.conftest import a_shop
from tests.hired import hired


@contextmanager
def staff_of_a_shop(folder: Path) -> Iterator[TestClient]:
    """Somebody with the key to a shop with nothing in it."""
    settings = Settings(**a_shop(folder))
    with start_blocking_portal() as portal:
        portal.call(migrate, settings)
        key = portal.call(hired, settings)
    public, _ = create_apps(settings)
    with TestClient(public, headers={"x-api-key": key}) as staff:
        yield staff
