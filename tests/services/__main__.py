"""Servers to test against.

python -m tests.services start | stop | during COMMAND [ARGUMENT ...]
"""

import sys
from collections.abc import Iterator

from tests.services import developer, passing
from tests.services.programs import Failed, NotInstalled


def main(asked: list[str]) -> int:
    try:
        match asked:
            case [] | ["start"]:
                return _tell(developer.start())
            case ["stop"]:
                return _tell(developer.stop(), "None that was started here runs.")
            case ["during", _, *_]:
                return passing.during(asked[1:])
    except (Failed, NotInstalled) as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    sys.stderr.write(__doc__ or "")
    return 2


def _tell(lines: Iterator[str], otherwise: str = "") -> int:
    is_told = False
    for line in lines:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
        is_told = True
    if not is_told and otherwise:
        sys.stdout.write(f"{otherwise}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
