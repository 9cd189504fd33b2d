"""pytest, and what failed once more by itself: `python -m tests.once_more [ARGUMENT ...]`.

For `.ci/run` alone (decision 58). More than a few are not tried: then it is no coincidence.
"""

import subprocess
import sys
from json import loads
from pathlib import Path

NOTED = Path(".pytest_cache/v/cache/lastfailed")
"""Where pytest notes what has failed and not passed since."""
FEW = 3
SOME_FAILED = 1
"""What pytest ends with where tests failed, and nothing else did."""


def main(arguments: list[str]) -> int:
    NOTED.unlink(missing_ok=True)  # of another run
    status = _pytest(*arguments)
    failed = _failed()
    if status != SOME_FAILED or len(failed) > FEW or not all("::" in one for one in failed):
        return status
    status = _pytest("-m", "thorough or not thorough", *failed)
    again = _failed()
    unsteady = [f"UNSTEADY, it failed, and passed by itself: {one}" for one in failed - again]
    sys.stdout.write("\n".join([*unsteady, ""]))
    return status


def _pytest(*arguments: str) -> int:
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    return subprocess.run(command, check=False).returncode  # noqa: S603  # pytest


def _failed() -> set[str]:
    return set(loads(NOTED.read_text())) if NOTED.exists() else set()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
