"""Where the servers of `make services` keep what they keep."""

from pathlib import Path
from tempfile import mkdtemp

from tests.services.finding import SERVICES
from tests.services.kinds import Kind
from tests.services.programs import reaches, serving_as

ELSEWHERE = Path("/var/tmp")  # noqa: S108  # the folder in it has a name that nobody can guess


def place_of(kind: Kind) -> Path:
    """The folder in `var/services`; or, where those above it are closed to the user that the server
    runs as, another that it links to."""
    here = SERVICES / kind.NAME
    if here.is_symlink() and not here.exists():
        here.unlink()
    here.mkdir(parents=True, exist_ok=True)
    owner = serving_as(kind.OWNER)
    if owner and not here.is_symlink() and not reaches(here, owner):
        here.rmdir()
        here.symlink_to(mkdtemp(prefix="freestone-", dir=ELSEWHERE))
    return here.resolve()
