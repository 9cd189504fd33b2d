"""docs/reference/api.md: every operation, as `/openapi.json` describes it."""

from collections.abc import Iterator
from json import dumps
from typing import Any

from tests.documents.application import described, operations
from tests.documents.markdown import anchor, table, whole

Schema = dict[str, Any]
ABOUT = """What `/openapi.json` of a running process says, to be read. Who may use an operation is its
access: `public` is for everybody, `platform` for platforms and `staff` for whoever has the scope that is
named, both by an API key (`X-API-Key`) or an access token (`Authorization: Bearer`). What goes on behind the
shopping API is told in [the API](../api.md), and each `type` of problem in [problems](../problems.md). Interop mode has some
operations more ([the API](../api.md#interop-mode))."""


def pages() -> dict[str, str]:
    document = described()
    tags: dict[str, list[tuple[str, str, Schema]]] = {}
    for one in operations(document):
        tags.setdefault(one[2].get("tags", ["other"])[0], []).append(one)
    overview = table(
        ("operation", "request", "access", "what it does"),
        (_line(*one) for of_tag in tags.values() for one in of_tag),
    )
    sections = [
        "\n\n".join([f"## {tag.capitalize()}", *("\n\n".join(_operation(*one)) for one in of_tag)])
        for tag, of_tag in tags.items()
    ]
    return {"reference/api.md": whole("HTTP API", ABOUT, overview, *sections, _bodies(document))}


def _line(method: str, path: str, operation: Schema) -> tuple[str, ...]:
    name = operation["operationId"]
    access = operation.get("x-access", "")
    said = _said(operation).partition("\n")[0]
    return f"[`{name}`](#{anchor(name)})", f"`{method} {path}`", access, said


def _said(operation: Schema) -> str:
    return str(operation.get("description", operation.get("summary", "")))


def _operation(method: str, path: str, operation: Schema) -> Iterator[str]:
    yield f"### {operation['operationId']}"
    yield f"`{method} {path}`, access: {operation.get('x-access', '')}"
    if said := _said(operation):
        yield said
    parameters = [_parameter(one) for one in operation.get("parameters", ())]
    if told := table(("parameter", "in", "type", ""), parameters):
        yield told
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"Body (`{media}`): {_type(content['schema'])}."
    yield table(("status", "answer", "type"), _answers(operation))


def _parameter(one: Schema) -> tuple[str, ...]:
    must = "required. " if one.get("required") else ""
    return f"`{one['name']}`", one["in"], _type(one["schema"]), must + one.get("description", "")


def _answers(operation: Schema) -> Iterator[tuple[str, ...]]:
    for status, answer in sorted(operation["responses"].items()):
        kinds = [_kind(media, content) for media, content in answer.get("content", {}).items()]
        said = answer.get("description", "").replace("Successful Response", "Done.")
        yield status, said, ", ".join(kind for kind in kinds if kind)


def _kind(media: str, content: Schema) -> str:
    """The schema of an answer, or the types of problem that it may be."""
    schema = content.get("schema", {})
    types = schema.get("properties", {}).get("type", {}).get("enum", ())
    if media == "application/problem+json" and types:
        names = [str(one).partition("problem:")[2] for one in types]
        return ", ".join(f"[`{name}`](../problems.md#{anchor(name)})" for name in names)
    return _type(schema) if schema else f"`{media}`"


def _bodies(document: Schema) -> str:
    schemas = document.get("components", {}).get("schemas", {})
    told = ["\n\n".join(_body(name, schema)) for name, schema in sorted(schemas.items())]
    return "\n\n".join(["## Bodies", *told]) if told else ""


def _body(name: str, schema: Schema) -> Iterator[str]:
    yield f"### {name}"
    if said := schema.get("description"):
        yield said
    required = schema.get("required", ())
    rows = [
        (
            f"`{field}`",
            _type(one),
            "required" if field in required else "",
            one.get("description", ""),
        )
        for field, one in schema.get("properties", {}).items()
    ]
    if told := table(("field", "type", "", ""), rows):
        yield told
    for example in schema.get("examples", ())[:1]:
        yield f"```json\n{dumps(example, indent=2, ensure_ascii=False)}\n```"


def _type(schema: Schema) -> str:
    """A schema in few words; one that has a name leads to its place."""
    if ref := schema.get("$ref"):
        name = str(ref).rpartition("/")[2]
        return f"[`{name}`](#{anchor(name)})"
    if either := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(_type(one) for one in either)
    if values := schema.get("enum"):
        return ", ".join(f"`{value}`" for value in values)
    if "const" in schema:
        return f"`{schema['const']}`"
    kind = str(schema.get("type", "anything"))
    if kind == "array":
        return f"list of {_type(schema.get('items', {}))}"
    bounds = [f"{words} {schema[key]:g}" for key, words in BOUNDS.items() if key in schema]
    told = f"{kind} ({schema['format']})" if "format" in schema else kind
    return ", ".join([told, *bounds])


BOUNDS = {
    "minimum": "from",
    "exclusiveMinimum": "more than",
    "maximum": "to",
    "minLength": "characters at least",
    "maxLength": "characters at most",
}
