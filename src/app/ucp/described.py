"""What `/openapi.json` says of the shopping API beside the bodies of requests."""

from typing import Any

from fastapi import Response

RESOURCE = {"type": "object", "required": ["ucp"], "properties": {"ucp": {"type": "object"}}}
FLAT = {
    "type": "object",
    "required": ["code", "content"],
    "properties": {"code": {"type": "string"}, "content": {"type": "string"}},
}
AGENT = 'The profile of who asks: profile="https://platform.example/profile.json"'
KEY = "Names the request, so that it can be repeated without doing anything twice."


def described(
    access: dict[str, Any], *, success: int = 200, key: str | None = None
) -> dict[str, Any]:
    """How a route is guarded, what headers it reads, and how it may answer.

    `key` says whether it takes an idempotency key: optional, required or, as `None`, not at all.
    """
    headers = [_header("UCP-Agent", AGENT, required=True)]
    if key:
        headers.append(_header("Idempotency-Key", KEY, required=key == "required"))
    answers = {success: "The resource as it stands."}
    answers.setdefault(200, "Messages only: there is no resource to speak of.")
    return {
        "openapi_extra": {**access, "parameters": headers},
        "response_class": Response,
        "responses": {
            **{status: _answer(text, RESOURCE) for status, text in answers.items()},
            400: _answer("The request makes no sense as it is.", FLAT),
            401: _answer("A platform's API key or access token is needed.", FLAT),
            403: _answer("It is not for whoever asks, or not under this profile.", FLAT),
            409: _answer("It cannot be done to what is there, or the key is taken.", FLAT),
            422: _answer("This version of the protocol is not spoken here.", FLAT),
            "default": _answer("The request did not succeed.", FLAT),
        },
        "status_code": success,
    }


def _header(name: str, text: str, *, required: bool) -> dict[str, Any]:
    schema = {"type": "string"}
    return {
        "name": name,
        "in": "header",
        "required": required,
        "schema": schema,
        "description": text,
    }


def _answer(text: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": text, "content": {"application/json": {"schema": schema}}}
