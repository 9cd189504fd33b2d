"""`python -m tests.simulator --seed 123`: one seed, and all that went wrong in it."""

import sys
from argparse import ArgumentParser
from time import monotonic

from tests.simulator.run import simulated


def main() -> int:
    parser = ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--seed", type=int, help="this one, and tell what happened in it")
    parser.add_argument("--seeds", type=int, default=1000, help="so many, from 0 on")
    wanted = parser.parse_args()
    seeds = [wanted.seed] if wanted.seed is not None else range(wanted.seeds)
    began, failed = monotonic(), 0
    for seed in seeds:
        outcome = simulated(seed)
        if wanted.seed is not None:
            print("\n".join(outcome.told))  # noqa: T201
        for text in outcome.wrong:
            print(f"seed {seed}: {text}")  # noqa: T201
        failed += bool(outcome.wrong)
    print(f"{len(seeds)} seeds, {failed} failed, {monotonic() - began:.1f} s")  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
