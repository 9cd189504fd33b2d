"""python -m bench.yardsticks one_transaction PORT CONNINFO"""

import sys

import uvicorn

from bench.yardsticks import five_commits, one_transaction
from bench.yardsticks.shop import app

COMPLETE = {"one_transaction": one_transaction.complete, "five_commits": five_commits.complete}

if __name__ == "__main__":
    which, port, conninfo = sys.argv[1:]
    served = app(conninfo, COMPLETE[which])
    uvicorn.run(served, port=int(port), ws="none", access_log=False, log_level="warning")
