"""What `/openapi.json` says of the merchant API: enough to write a client by."""

from asyncio import run
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.main import create_apps
from app.merchant import COUNTERS
from app.settings import CONTEXTS, Settings
from infrastructure.shared.migrations import migrate
from tests.conftest import a_shop

METHODS = ("get", "post", "put", "patch", "delete")
Operation = tuple[str, str, dict[str, Any]]


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    settings = Settings(**a_shop(tmp_path_factory.mktemp("shop")))
    run(migrate(settings))
    public, _ = create_apps(settings)
    with TestClient(public) as client:
        told: dict[str, Any] = client.get("/openapi.json").json()
    return told


@pytest.fixture(scope="module")
def operations(document: dict[str, Any]) -> list[Operation]:
    return [
        (path, method, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def of_staff(operations: list[Operation]) -> list[Operation]:
    return [one for one in operations if one[0].startswith("/v1/")]


def test_every_operation_has_a_name_of_its_own(operations: list[Operation]) -> None:
    names = [operation.get("operationId") for _, _, operation in operations]

    assert None not in names
    assert len(set(names)) == len(names)


def test_every_operation_of_staff_says_what_it_does_and_of_which_context_it_is(
    operations: list[Operation],
) -> None:
    for path, method, operation in of_staff(operations):
        assert operation["x-access"] == "staff", path
        assert operation["security"] == [{"staff": []}], path
        assert operation.get("description"), (method, path)
        (context,) = operation["tags"]
        assert context in CONTEXTS, path
        assert {"401", "403", "422", "503"} <= operation["responses"].keys(), (method, path)


def test_what_is_sent_is_shown_by_an_example(
    document: dict[str, Any], operations: list[Operation]
) -> None:
    schemas = document["components"]["schemas"]
    bare = [
        (method, path)
        for path, method, operation in of_staff(operations)
        if "requestBody" in operation
        for content in operation["requestBody"]["content"].values()
        if not schemas[content["schema"]["$ref"].rpartition("/")[2]].get("examples")
    ]

    assert bare == []


def test_every_list_is_read_page_by_page(
    document: dict[str, Any], operations: list[Operation]
) -> None:
    """What answers with items takes a cursor and a bound, and says what comes next."""
    for path, method, operation in of_staff(operations):
        answer = operation["responses"].get("200", {}).get("content", {}).get("application/json")
        if method != "get" or not answer or "$ref" not in answer["schema"]:
            continue
        properties = document["components"]["schemas"][answer["schema"]["$ref"].rpartition("/")[2]][
            "properties"
        ]
        parameters = {one["name"] for one in operation["parameters"]}
        if "items" in properties:
            assert properties.keys() == {"items", "next"}, path
            assert {"after", "limit"} <= parameters, path


def test_every_context_that_staff_work_with_has_a_counter() -> None:
    assert COUNTERS.keys() <= set(CONTEXTS)
