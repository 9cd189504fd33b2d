"""A server of the shop whose clock can be moved and whose consumers are watched.

python -m tests.faults.storm.served CLOCK [PLANT]: CLOCK is a file with the seconds that its clock
is ahead; PLANT is a mistake to make (`plants.py`).
"""

import sys
from pathlib import Path

from tests.faults.storm.clock import step_with


def main(moved: str, plant: str = "") -> None:
    step_with(Path(moved))  # whatever is imported from here on takes this clock
    from tests.faults.storm.plants import PLANTS, planted
    from tests.faults.storm.witness import WitnessedInbox, note_what_is_opened

    note_what_is_opened()
    planted("Inbox", WitnessedInbox)
    if plant:
        PLANTS[plant]()
    from app.server import serve  # puts the container together, of what placement has now
    from app.settings import load_settings

    serve(load_settings())


if __name__ == "__main__":
    main(*sys.argv[1:])
