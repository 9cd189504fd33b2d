"""What `/openapi.json` says of the merchant API: enough to write a client by."""

import re
from collections.abc import Iterator
from copy import copy
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import (  # type: ignore[import-untyped]
    Draft202012Validator,
    FormatChecker,
)

from app.edge.problem_kinds import MEDIA_TYPE, NAMESPACE
from app.merchant import COUNTERS
from app.settings import CONTEXTS
from tests.merchant import staff_of_a_shop

METHODS = ("get", "post", "put", "patch", "delete")
Operation = tuple[str, str, dict[str, Any]]


OF_ALL = "events"
"""What is said of all contexts at once."""
KEYED = {"idempotency-key": "a key"}
NAMED = {"order_id": f"ord_{'0' * 32}", "payment_id": f"pay_{'0' * 32}"}


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with staff_of_a_shop(tmp_path_factory.mktemp("shop")) as staff:
        yield staff


@pytest.fixture(scope="module")
def document(staff: TestClient) -> dict[str, Any]:
    told: dict[str, Any] = staff.get("/openapi.json").json()
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


def bodies(operation: dict[str, Any], *, sent_only: bool = False) -> list[str]:
    """The schemas of what is sent, and of what is answered where all went well."""
    told = [operation["responses"].get(code, {}) for code in ("200", "201") if not sent_only]
    found = [
        content["schema"]["$ref"].rpartition("/")[2]
        for one in (operation.get("requestBody", {}), *told)
        for content in one.get("content", {}).values()
    ]
    return list(dict.fromkeys(found))


def kinds(operation: dict[str, Any], code: str) -> list[str]:
    content = operation["responses"][code].get("content", {}).get(MEDIA_TYPE)
    types = content["schema"]["properties"]["type"]["enum"] if content else []
    return [kind.removeprefix(NAMESPACE) for kind in types]


def validator(document: dict[str, Any], name: str) -> Draft202012Validator:
    whole = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return Draft202012Validator(whole, format_checker=FormatChecker())


def in_words(body: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """This body, with one number or truth in it said in words, and where: for each of them."""
    if isinstance(body, bool | int):
        yield pointer, str(body).lower()
    parts = enumerate(body) if isinstance(body, list) else ()
    for key, part in body.items() if isinstance(body, dict) else parts:
        for where, worded in in_words(part, f"{pointer}/{key}"):
            changed = copy(body)
            changed[key] = worded
            yield where, changed


def named(path: str) -> str:
    """An address, with names in it that something could have."""
    return re.sub(r"\{(\w+)\}", lambda found: NAMED.get(found[1], "nobody"), path)


def test_every_operation_has_a_name_of_its_own(operations: list[Operation]) -> None:
    names = [operation.get("operationId") for _, _, operation in operations]

    assert None not in names
    assert len(set(names)) == len(names)


def test_every_operation_of_staff_says_what_it_does_and_of_which_context_it_is(
    operations: list[Operation],
) -> None:
    for path, method, operation in of_staff(operations):
        assert operation["x-access"] == "staff", path
        scope = operation["x-scope"]
        assert operation["security"] == [{"access_token": [scope]}, {"api_key": [scope]}], path
        assert scope.endswith(":read") is (method == "get"), (method, path)
        assert operation.get("description"), (method, path)
        (context,) = operation["tags"]
        assert context in (*CONTEXTS, OF_ALL), path
        assert {"401", "403", "422", "503"} <= operation["responses"].keys(), (method, path)


def test_every_body_is_shown_by_an_example(
    document: dict[str, Any], operations: list[Operation]
) -> None:
    bare = [
        (method, path, name)
        for path, method, operation in of_staff(operations)
        for name in bodies(operation)
        if not document["components"]["schemas"][name].get("examples")
    ]

    assert bare == []


def test_every_example_is_one(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    wrong = [
        (name, mistake.json_path, mistake.message)
        for name, schema in schemas.items()
        for example in schema.get("examples", ())
        for mistake in validator(document, name).iter_errors(example)
    ]

    assert wrong == []
    assert not validator(document, "KeptDiscountBody").is_valid({"code": "SPRING"})


def test_no_number_and_no_yes_or_no_is_taken_from_words(
    staff: TestClient, document: dict[str, Any], operations: list[Operation]
) -> None:
    """Each example that is sent is sent with each number in quotes, and with each truth in words."""
    for path, method, operation in of_staff(operations):
        for name in bodies(operation, sent_only=True):
            for example in document["components"]["schemas"][name]["examples"]:
                for pointer, worded in in_words(example):
                    reply = staff.request(
                        method, named(path), json=worded, headers={"if-match": "*"} | KEYED
                    )
                    assert reply.status_code == 422, (method, path, worded)
                    found = [error["pointer"] for error in reply.json()["errors"]]
                    assert pointer in found, (method, path, worded)


def test_what_an_operation_needs_is_said_and_how_it_is_answered_without_it(
    operations: list[Operation],
) -> None:
    for path, method, operation in of_staff(operations):
        parameters = {one["name"]: one for one in operation.get("parameters", ())}
        said = {code: kinds(operation, code) for code in operation["responses"]}
        where = (method, path)
        assert "refused" in said["409"], where
        if "If-Match" in parameters:
            assert parameters["If-Match"]["required"], where
            assert parameters["If-Match"]["schema"] == {"type": "string"}, where
            assert "precondition-failed" in said["412"], where
            assert said["428"] == ["precondition-required"], where
        if "Idempotency-Key" in parameters:
            assert "idempotency-key-missing" in said["400"], where
        if "requestBody" in operation:
            assert "broken-json" in said["400"], where
            assert said["413"] == ["request-too-large"], where
            assert said["415"] == ["unsupported-media-type"], where


def test_what_is_created_says_where_it_is_and_what_is_edited_which_it_is(
    operations: list[Operation],
) -> None:
    tagged = set()
    for path, method, operation in of_staff(operations):
        for code in operation["responses"].keys() & {"200", "201", "204"}:
            headers = operation["responses"][code].get("headers", {})
            assert ("Location" in headers) is (code == "201"), (method, path)
            if "ETag" in headers:
                tagged.add(operation["operationId"])

    edited = ("discount", "promotion", "tax_rate", "shipping_rate", "customer", "product")
    assert tagged >= {f"{verb}_{noun}" for verb in ("create", "get", "update") for noun in edited}
    assert tagged >= {"read_order", "note_order", "cancel_order", "refund_order"}
    assert tagged >= {"archive_product", "restore_product"}


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
        parameters = {one["name"] for one in operation.get("parameters", [])}
        if "items" in properties:
            assert properties.keys() == {"items", "next"}, path
            assert {"after", "limit"} <= parameters, path


def test_every_context_that_staff_work_with_has_a_counter() -> None:
    assert COUNTERS.keys() <= set(CONTEXTS)
