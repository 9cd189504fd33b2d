"""The same servers in containers, where Docker runs."""

import os
from collections.abc import Mapping
from pathlib import Path
from shutil import which
from subprocess import run

from tests.services.programs import Failed

FILE = Path(__file__).with_name("compose.yaml")
COMPOSE = ("docker", "compose", "--file", str(FILE))


def runs() -> bool:
    """Whether there is a Docker that can be asked for containers, and its Compose."""
    if not which("docker"):
        return False
    asked = (("docker", "info"), ("docker", "compose", "version"))
    return all(run(told, capture_output=True, check=False).returncode == 0 for told in asked)  # noqa: S603


def start(ports: Mapping[str, int]) -> None:
    """Containers of these kinds, and wait until they are healthy. Raises `Failed`."""
    named = {f"{kind.upper()}_PORT": str(port) for kind, port in ports.items()}
    _said("up", "--detach", "--wait", *ports, environment=named)


def stop() -> list[str]:
    """The kinds that ran. What they keep is kept. Raises `Failed`."""
    ran = _said("ps", "--services").split()
    if ran:
        _said("down")
    return ran


def _said(*asked: str, environment: Mapping[str, str] | None = None) -> str:
    told = run(  # noqa: S603  # Docker's own
        [*COMPOSE, *asked],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode != 0:
        raise Failed(f"docker compose {asked[0]}: {told.stderr.strip()}")
    return told.stdout
