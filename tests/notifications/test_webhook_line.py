"""The line that webhooks go over, as the house has it."""

from asyncio import Event, gather, timeout
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.container import Container
from app.house import opened
from app.notifications.send_due import MOST_IN_FLIGHT
from app.settings import Settings
from tests.conftest import a_shop
from tests.servers import served_here


async def test_all_that_may_be_under_way_are_called_and_none_waits_for_another(
    tmp_path: Path,
) -> None:
    here, all_are_here = [0], Event()

    async def answer_with_the_last(_request: Request) -> Response:
        here[0] += 1
        if here[0] == MOST_IN_FLIGHT:
            all_are_here.set()
        await all_are_here.wait()
        return Response()

    app = Starlette(routes=[Route("/hooks", answer_with_the_last, methods=["POST"])])
    container = Container()
    async with opened(Settings(**a_shop(tmp_path)), container), served_here(app) as url:
        line = container.webhook_line()
        calls = (line.post(f"{url}/hooks", b"", {}) for _ in range(MOST_IN_FLIGHT))
        async with timeout(8):
            answers = await gather(*calls)

    assert {one.status for one in answers} == {200}
