"""An OAuth client that others wrote, in JavaScript: `node/client.mjs` on oauth4webapi."""

import json
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.npm import require_node_for
from tests.oauth.outsiders import Failed

FOLDER = Path(__file__).parent / "node"
LONGEST_LINE = 1 << 20


@dataclass(frozen=True)
class JavaScriptClient:
    """It does one thing after the other, and checks what it is answered."""

    process: Process

    async def does(self, deed: str, **told: Any) -> dict[str, Any]:
        """Raises `Failed`."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin
        assert stdout
        stdin.write(json.dumps({"do": deed, **told}).encode() + b"\n")
        await stdin.drain()
        line = await stdout.readline()
        assert line, "the client has ended"
        answer = json.loads(line)
        if "error" in answer:
            raise Failed(answer["error"].get("kind"), answer["error"])
        done: dict[str, Any] = answer["is"]
        return done


@asynccontextmanager
async def a_javascript_client() -> AsyncIterator[JavaScriptClient]:
    """Leaves the test out that runs, where there is no Node.js or the package is not installed."""
    node = require_node_for(FOLDER)
    process = await create_subprocess_exec(
        node, "client.mjs", cwd=FOLDER, stdin=PIPE, stdout=PIPE, limit=LONGEST_LINE
    )
    try:
        yield JavaScriptClient(process)
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()
