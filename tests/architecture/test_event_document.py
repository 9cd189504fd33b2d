"""The AsyncAPI document: it says what is told, and only grows."""

from copy import deepcopy
from json import loads
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from app.context_map import CONTRACTS, events_of
from app.edge.event_document import PATH, router
from app.map.asyncapi import asyncapi
from domain.shared.model import Event
from infrastructure.shared.calls.wire import adapter
from infrastructure.shared.events.posted import Posted
from tests.contracts.events import described, lost, recorded
from tests.documents.examples import AN_ID, NOON, example

EVENTS = [event for contract in CONTRACTS.values() for event in events_of(contract)]
ORDER_PLACED = "ordering.order_placed.v1"


def test_the_document_grows_only_by_addition_and_additions_are_recorded() -> None:
    assert lost(recorded(), described()) == []
    assert recorded() == described(), "run `make contracts`"


def test_it_is_served_to_anybody() -> None:
    app = FastAPI()
    app.include_router(router(asyncapi))

    answer = TestClient(app).get(PATH)

    assert (answer.status_code, answer.json()["asyncapi"]) == (200, "3.0.0")
    assert set(answer.json()["channels"]) == {event.name for event in EVENTS}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_what_travels_is_what_the_document_says(event: type[Event]) -> None:
    posted = Posted(
        id=AN_ID,
        name=event.name,
        aggregate_id=str(AN_ID),
        sequence=1,
        occurred_at=NOON,
        actor="florist",
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        body=adapter(event).dump_json(example(event)).decode(),
    )
    whole = asyncapi()
    schema = {"$ref": f"#/components/messages/{event.name}/payload", **whole}
    valid = Draft202012Validator(schema)
    told = loads(posted.as_cloud_event())

    assert [error.message for error in valid.iter_errors(told)] == []
    assert not valid.is_valid({**told, "data": None})
    assert not valid.is_valid({**told, "type": "another.v1"})


def a_document() -> dict[str, Any]:
    return deepcopy(described())


def test_an_event_and_a_field_more_break_nothing() -> None:
    old, new = a_document(), a_document()
    del old["channels"][ORDER_PLACED], old["components"]["messages"][ORDER_PLACED]
    new["components"]["schemas"]["ordering.OrderPlaced"]["properties"]["more"] = {"type": "string"}

    assert lost(old, new) == []


def test_an_event_less_a_field_less_or_of_another_type_is_noticed() -> None:
    for part in ("channels", "operations"):
        new = a_document()
        del new[part][ORDER_PLACED]
        assert lost(a_document(), new) == [f"{part}: {ORDER_PLACED}"]
    for spoil in (_without_a_field, _of_another_type, _not_always_said):
        new = a_document()
        spoil(new["components"]["schemas"]["ordering.OrderPlaced"])
        assert lost(a_document(), new) == ["schema: ordering.OrderPlaced"]


def _without_a_field(schema: dict[str, Any]) -> None:
    schema["properties"].pop("order_id")


def _of_another_type(schema: dict[str, Any]) -> None:
    schema["properties"]["order_id"] = {"type": "integer"}


def _not_always_said(schema: dict[str, Any]) -> None:
    schema["required"].remove("order_id")
