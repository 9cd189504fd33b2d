"""Which server is tested against: the one that is named, what we started, what is there."""

from collections.abc import Iterator

import pytest
from redis import Redis

from tests.private_servers import a_redis
from tests.processes import a_free_port
from tests.services.finding import serves, url_of


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    url_of.cache_clear()
    yield
    url_of.cache_clear()


def test_one_that_is_named_is_taken_at_its_word(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = f"redis://127.0.0.1:{a_free_port()}/0"
    monkeypatch.setenv("TEST_REDIS", nobody)

    assert url_of("redis") == nobody


def test_one_that_answers_serves_and_nobody_does_not() -> None:
    with a_redis() as server:
        assert serves("redis", server.url)
    assert not serves("redis", server.url)


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_somebody_who_speaks_otherwise_does_not_serve(kind: str) -> None:
    with a_redis() as other:
        assert not serves(kind, f"{kind}://root@127.0.0.1:{other.port}/")


def test_where_we_are_not_let_in_we_do_not_test() -> None:
    with a_redis() as server, Redis.from_url(server.url) as client:
        client.config_set("requirepass", "a word that we were not told")

        assert not serves("redis", server.url)
