"""What failed in a long run, once more and alone: `python -m tests.once_more`.

For `.ci/run` (decision 58). More than a few are not tried: then it is no coincidence.
"""

import subprocess
import sys
from json import loads
from pathlib import Path

NOTED = Path(".pytest_cache/v/cache/lastfailed")
"""Where pytest notes what has failed and not passed since."""
FEW = 3


def main() -> int:
    failed = sorted(loads(NOTED.read_text())) if NOTED.exists() else []
    if not 0 < len(failed) <= FEW:
        return 1
    _tell("once more, alone:", failed)
    pytest = [sys.executable, "-m", "pytest", "-q", "-m", "thorough or not thorough", *failed]
    status = subprocess.run(pytest, check=False).returncode  # noqa: S603  # tests by their names
    _tell("failed again, some of:" if status else "UNSTEADY, passed alone:", failed)
    return status


def _tell(what: str, tests: list[str]) -> None:
    sys.stdout.write("\n".join((what, *tests, "")))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
