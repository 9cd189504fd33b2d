"""One listener, several APIs: each is answered in its own words, also where no route is asked."""

from asyncio import run
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.main import create_apps
from app.settings import Settings
from infrastructure.shared.migrations.tables import migrate
from tests.conftest import a_shop

PROBLEM, FLAT = "application/problem+json", "application/json"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    settings = Settings(**a_shop(tmp_path, max_body_bytes=1000))
    run(migrate(settings))
    public, _ = create_apps(settings)
    with TestClient(public) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/v1/nothing", 404, PROBLEM),
        ("GET", "/v1", 404, PROBLEM),
        ("POST", "/v1/nothing", 413, PROBLEM),
        ("GET", "/v12", 404, FLAT),
        ("DELETE", "/ucp/v1/checkout-sessions", 405, FLAT),
        ("POST", "/ucp/v1/checkout-sessions", 413, FLAT),
    ],
)
def test_what_no_route_answers_is_answered_in_the_words_of_its_api(
    client: TestClient, method: str, path: str, status: int, kind: str
) -> None:
    content = b"x" * 1001 if status == 413 else b""

    reply = client.request(method, path, content=content)

    assert (reply.status_code, reply.headers["content-type"]) == (status, kind)


def test_the_document_says_how_callers_show_who_they_are(client: TestClient) -> None:
    document = client.get("/openapi.json").json()

    schemes = document["components"]["securitySchemes"]
    assert schemes["access_token"]["scheme"] == "bearer"
    assert schemes["api_key"]["name"] == "X-API-Key"
    refund = document["paths"]["/v1/orders/{order_id}/refunds"]["post"]
    assert (refund["x-access"], refund["x-scope"]) == ("staff", "orders:refund")
    assert refund["security"] == [
        {"access_token": ["orders:refund"]},
        {"api_key": ["orders:refund"]},
    ]
