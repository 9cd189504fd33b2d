"""Whatever a stranger sends that the OpenAPI document allows, or nearly: an answer, never a 5xx."""

from collections import Counter
from typing import Any
from uuid import uuid4

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from tests.journeys.conftest import SECRET
from tests.processes import Process

CASES = 2_000


def test_no_request_makes_the_shop_fail(shop: Process) -> None:
    schema = schemathesis.openapi.from_url(f"{shop.url}/openapi.json")
    operations = [result.ok() for result in schema.get_all_operations()]
    answered: Counter[int] = Counter()

    for operation in operations:

        @settings(
            max_examples=CASES // len(operations) + 1,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            headers = {"Idempotency-Key": str(uuid4()), "Simulation-Secret": SECRET}
            answer = case.call(base_url=shop.url, headers=headers, timeout=10)
            answered[answer.status_code] += 1
            assert answer.status_code < 500, (case.as_curl_command(), answer.text)
            assert "Traceback" not in answer.text

        ask()

    assert answered.total() >= CASES
    assert shop.is_ready()
