"""What the schemas mark as not to be sent (`ucp_request`, `ucp_response`) is neither read nor told."""

from json import loads
from typing import Any

import pytest
from pydantic import BaseModel

from app.ucp.bodies import (
    CartBody,
    CheckoutBody,
    GroupBody,
    LineItemBody,
    MethodBody,
    NewCheckoutBody,
)
from app.ucp.payment import CompleteBody
from tests.ucp.conftest import ROSES, Shop
from tests.ucp.validation import FOLDER


def marks(schema: str, operation: str) -> dict[str, str]:
    members = loads((FOLDER / f"schemas/shopping/{schema}.json").read_text())["properties"]
    told = {name: said.get("ucp_request", "") for name, said in members.items()}
    return {
        name: said.get(operation, "") if isinstance(said, dict) else said
        for name, said in told.items()
    }


@pytest.mark.ucp("GEN-4", "GEN-6")
@pytest.mark.parametrize(
    ("schema", "operation", "body"),
    [
        ("checkout", "create", NewCheckoutBody),
        ("checkout", "update", CheckoutBody),
        ("checkout", "complete", CompleteBody),
        ("cart", "update", CartBody),
        ("types/line_item", "update", LineItemBody),
        ("types/fulfillment_method", "update", MethodBody),
        ("types/fulfillment_group", "update", GroupBody),
    ],
)
def test_nothing_is_read_of_what_is_marked_as_not_sent(
    schema: str, operation: str, body: type[BaseModel]
) -> None:
    marked = marks(schema, operation)

    omitted = {name for name, mark in marked.items() if mark == "omit"}
    wanted = {name for name, mark in marked.items() if mark == "required"}
    assert omitted or wanted
    assert omitted & body.model_fields.keys() == set()
    assert wanted <= body.model_fields.keys()


@pytest.mark.ucp("PRV-5", "ELG-1")
def test_of_claims_that_name_somebody_nothing_is_kept(shop: Shop) -> None:
    said: list[Any] = ["jane@example.com", "Jane Doe", "+12025550123", "com.example.gold"]

    created = shop.create({**ROSES, "context": {"eligibility": said}})

    assert created["context"]["eligibility"] == ["com.example.gold"]
