"""What the schemas of UCP 2026-04-08, and the sums it asks for, say about a response."""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from json import loads
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import (  # type: ignore[import-untyped]
    Draft202012Validator,
    FormatChecker,
)
from referencing import Registry, Resource

FOLDER = Path(__file__).parent / "schemas"
SHOPPING = "https://ucp.dev/schemas/shopping"
ERROR = f"{SHOPPING}/types/error_response.json"
DESTINATION = "https://ucp.dev/schemas/shopping/types/fulfillment_destination.json"
PROFILE = "https://ucp.dev/discovery/profile.json"  # its own name does not fit its references
LINKING = "https://ucp.dev/schemas/common/identity_linking.json"
EXTENSIONS = ("discount", "fulfillment", "buyer_consent")
SCHEMAS: dict[str, Any] = {
    "checkout": {
        "allOf": [
            {"$ref": f"{SHOPPING}/checkout.json"},
            *(
                {"$ref": f"{SHOPPING}/{name}.json#/$defs/dev.ucp.shopping.checkout"}
                for name in EXTENSIONS
            ),
        ]
    },
    "cart": {
        "allOf": [
            {"$ref": f"{SHOPPING}/cart.json"},
            {"$ref": f"{SHOPPING}/discount.json#/$defs/dev.ucp.shopping.cart"},
        ]
    },
    "order": {"$ref": f"{SHOPPING}/order.json"},
    "search_catalog": {"$ref": f"{SHOPPING}/catalog_search.json#/$defs/search_response"},
    "lookup_catalog": {"$ref": f"{SHOPPING}/catalog_lookup.json#/$defs/lookup_response"},
    "get_product": {"$ref": f"{SHOPPING}/catalog_lookup.json#/$defs/get_product_response"},
    "error": {"$ref": ERROR},
    "profile": {"$ref": f"{PROFILE}#/$defs/business_profile"},
    "platform": {"$ref": f"{PROFILE}#/$defs/platform_profile"},
    "linking": {"$ref": f"{LINKING}#/$defs/dev.ucp.common.identity_linking/business_schema"},
    "flat": {
        "type": "object",
        "required": ["code", "content"],
        "properties": {
            "code": {"type": "string", "pattern": "^[a-z_]+$"},
            "content": {"type": "string", "minLength": 1},
            "continue_url": {"type": "string", "format": "uri"},
            "detail": {"type": "string"},
        },
        "additionalProperties": False,
    },
}
ROOTS = {
    "checkout": "dev.ucp.shopping.checkout",
    "cart": "dev.ucp.shopping.cart",
    "order": "dev.ucp.shopping.order",
    "search_catalog": "dev.ucp.shopping.catalog.search",
    "lookup_catalog": "dev.ucp.shopping.catalog.lookup",
    "get_product": "dev.ucp.shopping.catalog.lookup",
}
EXTENDING = {"checkout": EXTENSIONS, "cart": ("discount",)}
PRICED = ("checkout", "cart", "order")
FORMATS = FormatChecker(formats=())


@FORMATS.checks("date-time", raises=ValueError)  # type: ignore[untyped-decorator]
def _is_instant(value: object) -> bool:
    pattern = r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)"
    if not isinstance(value, str):
        return True
    return bool(re.fullmatch(pattern, value)) and bool(datetime.fromisoformat(value))


@FORMATS.checks("uri", raises=ValueError)  # type: ignore[untyped-decorator]
def _is_uri(value: object) -> bool:
    if not isinstance(value, str):
        return True
    return bool(urlsplit(value).scheme) and bool(re.fullmatch(r"[\x21-\x7e]+", value))


def problems(body: dict[str, Any], operation: str) -> list[str]:
    """What is wrong with a response body of an operation (`create_checkout`, `get_order`, ...).

    Checked are the root schema with all extensions composed (NAM-6), or the error shapes, and what
    the protocol says of sums, places and states beyond the schemas. No problem, empty list.
    """
    kind = operation if operation in ROOTS else operation.rpartition("_")[2]
    if "ucp" not in body:
        return list(_against("flat", body))
    if kind == "profile":
        return list(_against("profile", body))
    wrong = list(_envelope(body["ucp"], kind))
    if body["ucp"].get("status") == "error":
        return [*wrong, *_against("error", body)]
    wrong += _against(kind, body)
    if not wrong and kind in PRICED:
        wrong += _sums(body)
        wrong += {"checkout": _checkout, "cart": _priced, "order": _order}[kind](body)
    return wrong


def problems_of_platform(profile: object) -> list[str]:
    """What is wrong with the profile of a platform."""
    return list(_against("platform", profile))


def problems_of_linking(capability: dict[str, Any]) -> list[str]:
    """What is wrong with what a profile says of identity linking."""
    return list(_against("linking", capability))


@cache
def _validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator(SCHEMAS[kind], registry=_registry(), format_checker=FORMATS)


@cache
def _registry() -> Registry[Any]:
    """The schemas by their names; nothing is fetched.

    A destination is one of two shapes, and a pickup location has both: so it is any of them (A-37).
    """
    known: Registry[Any] = Registry()
    for file in sorted(FOLDER.rglob("*.json")):
        schema = loads(file.read_text())
        if schema.get("$id") == DESTINATION:
            schema["anyOf"] = schema.pop("oneOf")
        if "$id" in schema:
            name = PROFILE if "/discovery/" in schema["$id"] else schema["$id"]
            schema["$id"] = name
            known = known.with_resource(name, Resource.from_contents(schema))
    return known


def _against(kind: str, body: object) -> Iterator[str]:
    for error in _validator(kind).iter_errors(body):
        yield f"{error.json_path}: {error.message}"


def _envelope(ucp: dict[str, Any], kind: str) -> Iterator[str]:
    """NEG-8: the root of the operation and its extensions, and no others."""
    if ucp.get("status") not in ("success", "error"):
        yield "$.ucp.status: is always written (ENV-2)"
    active = set(ucp.get("capabilities", {}))
    root = ROOTS[kind]
    known = {root} | {f"dev.ucp.shopping.{name}" for name in EXTENDING.get(kind, ())}
    if root not in active or not active <= known:
        yield f"$.ucp.capabilities: {sorted(active)} do not belong to {root}"


def _sums(body: dict[str, Any]) -> Iterator[str]:
    total = [entry["amount"] for entry in body["totals"] if entry["type"] == "total"]
    others = [entry["amount"] for entry in body["totals"] if entry["type"] != "total"]
    if sum(others) != total[0]:
        yield f"$.totals: {others} do not add up to {total[0]} (TOT-5)"
    for entry in body["totals"]:
        if "lines" in entry and sum(part["amount"] for part in entry["lines"]) != entry["amount"]:
            yield f"$.totals: the lines of {entry['type']} do not add up (TOT-4)"
    for line in body["line_items"]:
        by_type = {entry["type"]: entry["amount"] for entry in line["totals"]}
        if by_type["total"] != by_type["subtotal"] + by_type.get("items_discount", 0):
            yield f"$.line_items: the totals of {line['id']} do not add up (TOT-8)"


def _checkout(body: dict[str, Any]) -> Iterator[str]:
    is_over = body["status"] in ("completed", "canceled")
    if is_over == ("continue_url" in body):
        yield f"$.continue_url: does not go with {body['status']} (CHK-4)"
    if ("order" in body) != (body["status"] == "completed"):
        yield f"$.order: does not go with {body['status']} (CHK-25)"
    yield from _priced(body)
    yield from _references(body)


def _priced(body: dict[str, Any]) -> Iterator[str]:
    yield from _rollup(body)
    for message in body.get("messages", []):
        if not message.get("path", "$.").startswith("$."):
            yield f"$.messages: {message['path']} is no JSONPath (MSG)"
    for discount in body.get("discounts", {}).get("applied", []):
        shares = discount.get("allocations", [])
        if shares and sum(share["amount"] for share in shares) != discount["amount"]:
            yield f"$.discounts: the shares of {discount['title']} do not add up (DSC-5)"


def _rollup(body: dict[str, Any]) -> Iterator[str]:
    entries = [e for line in body["line_items"] for e in line["totals"]]
    of_lines = sum(e["amount"] for e in entries if e["type"] == "items_discount")
    of_all = sum(e["amount"] for e in body["totals"] if e["type"] == "items_discount")
    if of_lines != of_all:
        yield f"$.totals: items_discount is {of_all}, that of the lines {of_lines} (TOT-7)"


def _references(body: dict[str, Any]) -> Iterator[str]:
    lines = {line["id"] for line in body["line_items"]}
    if len(lines) != len(body["line_items"]):
        yield "$.line_items: an id is used twice"
    for method in body.get("fulfillment", {}).get("methods", []):
        places = {place["id"] for place in method.get("destinations", [])}
        if not set(method["line_item_ids"]) <= lines:
            yield "$.fulfillment: a method names lines that are not there"
        if method.get("selected_destination_id") not in {*places, None}:
            yield "$.fulfillment: the selected destination is not there"
        for group in method.get("groups", []):
            options = {option["id"] for option in group.get("options", [])}
            if group.get("selected_option_id") not in {*options, None}:
                yield "$.fulfillment: the selected option is not there"


def _order(body: dict[str, Any]) -> Iterator[str]:
    for line in body["line_items"]:
        total, fulfilled = line["quantity"]["total"], line["quantity"]["fulfilled"]
        expected = "partial" if fulfilled else "processing"
        if fulfilled == total:
            expected = "fulfilled"
        if total == 0:
            expected = "removed"
        if line["status"] != expected:
            yield f"$.line_items: {line['id']} is {line['status']}, not {expected} (ORD-4)"
