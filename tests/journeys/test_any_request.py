"""Whatever a stranger sends that the OpenAPI document allows, or nearly: an answer, never a 5xx."""

from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok

from tests.journeys.conftest import SECRET
from tests.journeys.shopper import PROFILE, Shopper
from tests.processes import Process

EVERY_DAY, THOROUGHLY = 300, 2_000
WELL_KNOWN = ("/healthz", "/readyz", "/.well-known/ucp")


@pytest.mark.parametrize("cases", [EVERY_DAY, pytest.param(THOROUGHLY, marks=pytest.mark.thorough)])
async def test_no_request_makes_the_shop_fail(shop: Process, shopper: Shopper, cases: int) -> None:
    """Half of the requests name what exists, so that they come further than its door."""
    checkout = await shopper.ready("bouquet_roses")
    placed = await shopper.complete((await shopper.ready("pot_ceramic"))["id"])
    there = {"checkout": checkout["id"], "order": placed.body["order"]["id"]}
    schema = schemathesis.openapi.from_url(f"{shop.url}/openapi.json")
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    operations = [operation for operation in found if operation.path not in WELL_KNOWN]
    answered: Counter[int] = Counter()

    for operation in operations:

        @settings(
            max_examples=cases // len(operations) + 50,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), is_meant=st.booleans())
        def ask(case: Any, *, is_meant: bool) -> None:
            headers = {"Idempotency-Key": str(uuid4()), "Simulation-Secret": SECRET}
            if is_meant:
                headers["UCP-Agent"] = PROFILE
                meant(case, there)
            answer = case.call(base_url=shop.url, headers=headers, timeout=10)
            answered[answer.status_code] += 1
            assert answer.status_code < 500, (case.as_curl_command(), answer.text)
            assert "Traceback" not in answer.text

        ask()

    assert answered.total() >= cases
    assert answered[200] + answered[201] >= cases / 20, answered
    assert shop.is_ready()


def meant(case: Any, there: dict[str, str]) -> None:
    """Have a request be about a checkout or an order that exists, and about goods that are sold."""
    for name in case.path_parameters or {}:
        case.path_parameters[name] = there["order" if "order" in case.path else "checkout"]
    lines = case.body.get("line_items") if isinstance(case.body, dict) else None
    for line in lines if isinstance(lines, list) else []:
        if isinstance(line, dict) and isinstance(line.get("item"), dict):
            line["item"]["id"] = "bouquet_roses"
