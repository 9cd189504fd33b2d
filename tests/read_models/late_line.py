"""A line to a server that can be made slow."""

from asyncio import StreamReader as Reader
from asyncio import StreamWriter as Writer
from asyncio import Task, create_task, gather, open_connection, sleep, start_server
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass


@dataclass
class LateLine:
    url: str
    delay_seconds: float = 0.0


@asynccontextmanager
async def late_line(port: int) -> AsyncIterator[LateLine]:
    """Everything that the server answers is passed on so much later."""
    line, ways = LateLine(""), set[Task[None]]()

    async def carry(source: Reader, target: Writer, *, is_answer: bool) -> None:
        try:
            while some := await source.read(65536):
                if is_answer:
                    await sleep(line.delay_seconds)
                target.write(some)
                await target.drain()
        finally:
            target.close()
            with suppress(OSError):
                await target.wait_closed()

    async def connected(reader: Reader, writer: Writer) -> None:
        answers, questions = await open_connection("127.0.0.1", port)
        ways.add(create_task(carry(reader, questions, is_answer=False)))
        ways.add(create_task(carry(answers, writer, is_answer=True)))

    server = await start_server(connected, "127.0.0.1", 0)
    line.url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
    try:
        yield line
    finally:
        server.close()
        for way in ways:
            way.cancel()
        await gather(*ways, return_exceptions=True)
