"""Whatever is sent that the OpenAPI document allows, or nearly: an answer, never a 5xx."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from aiohttp import ClientSession
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok

from tests.conftest import a_shop
from tests.engines import EVERY_DAY, KINDS, only, seldom
from tests.hired import hired
from tests.journeys.conftest import SECRET
from tests.journeys.shopper import Shopper, agent_at
from tests.processes import Process, freestone, running

FEW, MANY = 300, 2_000
CASES = seldom((FEW, MANY), but=(FEW,))
Meant = Callable[[Any], None]


@pytest.fixture
def staffed(tmp_path: Path) -> Iterator[Process]:
    """A shop whose staff may do anything to it."""
    settings = a_shop(tmp_path, interop=True)
    freestone("migrate", **settings)
    freestone("import", "demo/flower_shop", **settings)
    with running(tmp_path / "log", **settings) as process:
        yield process


@only(*seldom(KINDS, but=EVERY_DAY))
@pytest.mark.parametrize("cases", CASES)
async def test_no_request_makes_the_shop_fail(shop: Process, shopper: Shopper, cases: int) -> None:
    """Half of the requests name what exists, so that they come further than its door."""
    checkout = await shopper.ready("bouquet_roses")
    placed = await shopper.complete((await shopper.ready("pot_ceramic"))["id"])
    there = {"checkout": checkout["id"], "order": placed.body["order"]["id"]}

    def meant(case: Any) -> None:
        case.headers = {**(case.headers or {}), "UCP-Agent": agent_at(f"{shop.url}/ucp/v1")}
        for name in case.path_parameters or {}:
            case.path_parameters[name] = there["order" if "order" in case.path else "checkout"]
        lines = case.body.get("line_items") if isinstance(case.body, dict) else None
        for line in lines if isinstance(lines, list) else []:
            if isinstance(line, dict) and isinstance(line.get("item"), dict):
                line["item"]["id"] = "bouquet_roses"

    answered = flooded(shop, "/ucp/", cases, meant, {"Simulation-Secret": SECRET})

    assert answered[200] + answered[201] >= cases / 20, answered


@pytest.mark.parametrize("cases", CASES)
async def test_no_request_of_staff_makes_the_shop_fail(staffed: Process, cases: int) -> None:
    async with ClientSession() as client:
        shopper = Shopper(client, staffed.url)
        placed = await shopper.complete((await shopper.ready("pot_ceramic"))["id"])
    there = {"product_id": "pot_ceramic", "sku": "pot_ceramic", "rate_id": "std-ship"}
    there |= {"order_id": placed.body["order"]["id"], "customer_id": "customer_1", "code": "10OFF"}

    def meant(case: Any) -> None:
        case.headers = {**(case.headers or {}), "If-Match": "*"}
        for name in case.path_parameters or {}:
            case.path_parameters[name] = there.get(name, case.path_parameters[name])

    key = await hired(staffed.settings)
    answered = flooded(staffed, "/v1/", cases, meant, {"X-API-Key": key})

    assert answered[200] + answered[201] >= cases / 20, answered
    assert answered[401] == answered[403] == 0


SHOWN = ("Authorization", "X-API-Key")
"""What a caller shows: who shows two that do not fit together is not let in."""


def flooded(
    shop: Process, prefix: str, cases: int, meant: Meant, headers: dict[str, str]
) -> Counter[int]:
    """Ask for every operation below an address, often; how often each status was the answer."""
    schema = schemathesis.openapi.from_url(f"{shop.url}/openapi.json")
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    operations = [operation for operation in found if operation.path.startswith(prefix)]
    answered: Counter[int] = Counter()

    for operation in operations:

        @settings(
            max_examples=max(cases // len(operations), 4) * 3 // 2 + 5,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), is_meant=st.booleans())
        def ask(case: Any, *, is_meant: bool) -> None:
            if is_meant:
                meant(case)
            case.headers = {n: v for n, v in (case.headers or {}).items() if n not in SHOWN}
            own = {"Idempotency-Key": str(uuid4()), **headers}
            answer = case.call(base_url=shop.url, headers=own, timeout=10)
            answered[answer.status_code] += 1
            assert answer.status_code < 500, (case.as_curl_command(), answer.text)
            assert "Traceback" not in answer.text

        ask()

    assert answered.total() >= cases
    assert shop.is_ready()
    return answered
