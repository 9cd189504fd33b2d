"""Profiles over real lines: that of a platform on loopback, and ours."""

from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.servers import served
from tests.ucp.conftest import KEY, ROSES
from tests.ucp.internet import a_profile
from tests.ucp.test_whole_shop import opened, stocked
from tests.ucp.validation import problems

CHECKOUT = "dev.ucp.shopping.checkout"
PROFILE = a_profile()
PROFILE["ucp"]["capabilities"] = {CHECKOUT: PROFILE["ucp"]["capabilities"][CHECKOUT]}


async def profile(_request: Request) -> JSONResponse:
    return JSONResponse(PROFILE, headers={"cache-control": "max-age=600"})


def asked(client: TestClient, agent: str) -> tuple[int, dict[str, object]]:
    headers = {"ucp-agent": f'profile="{agent}"', "x-api-key": KEY}
    answer = client.post("/ucp/v1/checkout-sessions", json=ROSES, headers=headers)
    return answer.status_code, answer.json()


@pytest.mark.parametrize("interop", [True, False])
def test_a_profile_on_loopback_is_used_in_interop_mode_alone(
    tmp_path: Path, *, interop: bool
) -> None:
    """INTEROP 2."""
    with ExitStack() as stack:
        (url,) = stack.enter_context(served(Starlette(routes=[Route("/p.json", profile)])))
        client = opened(stack, tmp_path, interop=interop)
        stocked(client)

        status, told = asked(client, f"{url}/p.json")
        nowhere, _ = asked(client, "https://nobody.invalid/p.json")

    if interop:
        assert (status, nowhere) == (201, 201)
        ucp = told["ucp"]
        assert isinstance(ucp, dict)
        assert set(ucp["capabilities"]) == {CHECKOUT}
    else:
        assert (status, told["code"]) == (400, "invalid_profile_url")
        assert nowhere == 400


@pytest.mark.ucp("PRF-4", "PRF-11", "SIG-3")
def test_our_profile_shows_the_public_keys_of_our_messages(tmp_path: Path) -> None:
    with ExitStack() as stack:
        client = opened(stack, tmp_path)
        first, again = client.get("/.well-known/ucp"), client.get("/.well-known/ucp")

    assert first.content == again.content
    assert problems(first.json(), "get_profile") == []
    (key,) = first.json()["signing_keys"]
    assert set(key) == {"kid", "kty", "crv", "x", "y", "alg", "use"}
