"""What is wrong with a deployment is told by the name of the setting, and tells no secrets."""

from os import environ
from pathlib import Path
from typing import Any

import pytest

from app.settings import CONTEXTS, Settings, UnfitSettings, load_settings, unknown_names

KEY = "a secret of more than thirty-two characters"


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in environ if name.startswith("FREESTONE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def mistakes(**chosen: object) -> list[str]:
    with pytest.raises(UnfitSettings) as unfit:
        load_settings(**chosen)
    return unfit.value.mistakes


def test_nothing_needs_to_be_set() -> None:
    settings = load_settings()

    assert settings.environment == "production"
    assert settings.contexts == CONTEXTS
    assert settings.base_url == "http://127.0.0.1:8000"
    assert {settings.database_of(c) for c in CONTEXTS} == {"sqlite+aiosqlite:///var/freestone.db"}


def test_a_context_can_have_its_own_database_and_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREESTONE_INVENTORY_DATABASE_URL", "sqlite:///shelf.db")
    monkeypatch.setenv("FREESTONE_PAYMENTS_URL", "http://127.0.0.1:8011/")
    monkeypatch.setenv("FREESTONE_CONTEXTS", "inventory, ordering")
    monkeypatch.setenv("FREESTONE_INTERNAL_KEYS", KEY)

    settings = load_settings()

    assert settings.database_of("inventory") == "sqlite+aiosqlite:///shelf.db"
    assert settings.database_of("ordering") == "sqlite+aiosqlite:///var/freestone.db"
    assert settings.placement_of("payments") == "far"
    assert settings.of("payments").url == "http://127.0.0.1:8011"
    assert settings.unplaced(frozenset(("inventory", "payments"))) == []
    (line,) = settings.unplaced(frozenset(("pricing",)))
    assert line.startswith("FREESTONE_PRICING_URL: pricing is neither hosted here")


def test_contexts_can_be_left_out_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREESTONE_CONTEXTS", "-inventory, -payments")
    monkeypatch.setenv("FREESTONE_INTERNAL_KEYS", KEY)

    hosted = load_settings().contexts

    assert set(CONTEXTS) - set(hosted) == {"inventory", "payments"}


@pytest.mark.parametrize(
    ("name", "value", "mistake"),
    [
        ("PORT", "http", "FREESTONE_PORT: Input should be a valid integer"),
        ("PORT", "70000", "FREESTONE_PORT: Input should be less than or equal to 65535"),
        ("ENVIRONMENT", "staging", "FREESTONE_ENVIRONMENT: Input should be 'production' or"),
        ("DATABASE_URL", "shop.db", "FREESTONE_DATABASE_URL: is no URL of a database"),
        ("DATABASE_URL", "sqlite://", "FREESTONE_DATABASE_URL: must name a file"),
        ("DATABASE_URL", "oracle://x/y", "FREESTONE_DATABASE_URL: names oracle, which is not"),
        ("REDIS_URL", "http://r/0", "FREESTONE_REDIS_URL: must begin with redis://, rediss://"),
        ("BROKER_URL", "nats://a:4222,http://b", "FREESTONE_BROKER_URL: must begin with nats://"),
        ("BROKER_URL", "nats://a:4222,", "FREESTONE_BROKER_URL: must begin with nats://"),
        ("BROKER_REPLICAS", "6", "FREESTONE_BROKER_REPLICAS"),
        ("REDIS_URL", "redis://r:6379", "FREESTONE_REDIS_URL: must end in the number of a"),
        ("REDIS_URL", "redis://:pass@r:x/0", "FREESTONE_REDIS_URL: names no port"),
        (
            "REDIS_URL",
            "redis://r/0?decode_responses=1",
            "FREESTONE_REDIS_URL: asks for what is not",
        ),
        ("INVENTORY_DATABASE_URL", "?", "FREESTONE_INVENTORY_DATABASE_URL: is no URL"),
        ("INVENTORY_PORT", "1", "FREESTONE_INVENTORY_PORT: there is no such setting"),
        ("INVENTORY_URL", "localhost:1", "FREESTONE_INVENTORY_URL: must begin with http"),
        ("CONTEXTS", "inventry", "FREESTONE_CONTEXTS: there is no context 'inventry'"),
        ("CONTEXTS", " , ", "FREESTONE_CONTEXTS: names no context"),
        ("CONTEXTS", "inventory", "FREESTONE_INTERNAL_KEYS: is needed"),
        ("CONTEXTS", "-inventry", "FREESTONE_CONTEXTS: there is no context 'inventry'"),
        ("CONTEXTS", "inventory,-payments", "FREESTONE_CONTEXTS: names some with a minus"),
        ("CONTEXTS", ",".join(f"-{c}" for c in CONTEXTS), "FREESTONE_CONTEXTS: names no context"),
        ("INTERNAL_KEYS", "short", "FREESTONE_INTERNAL_KEYS: each key needs at least 32"),
        ("INTEROP", "true", "FREESTONE_INTEROP: opens the shop to strangers"),
        ("INTEROP", "perhaps", "FREESTONE_INTEROP: Input should be a valid boolean"),
        ("WORKERS", "2", "FREESTONE_WORKERS: SQLite has one server process"),
        ("REQUEST_SECONDS", "inf", "FREESTONE_REQUEST_SECONDS: Input should be"),
    ],
)
def test_a_mistake_is_told_by_the_settings_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, mistake: str
) -> None:
    monkeypatch.setenv(f"FREESTONE_{name}", value)

    (line,) = mistakes()

    assert line.startswith(mistake)


def test_all_mistakes_are_told_at_once_and_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREESTONE_PORT", "http")
    monkeypatch.setenv("FREESTONE_DATABASE_URL", "hunter2")
    monkeypatch.setenv("FREESTONE_INTERNAL_KEYS", "hunter2")

    told = mistakes()

    assert len(told) == 3
    assert "hunter2" not in "".join(told)


STRIPE = {"stripe_key": "sk_test_hunter2", "payment_handlers": "stripe"}


def test_stripe_is_taken_by_its_key_alone() -> None:
    in_production = load_settings(**{**STRIPE, "stripe_key": "rk_live_hunter2"})
    in_development = load_settings(**STRIPE, environment="development")
    elsewhere = load_settings(contexts="ordering", internal_keys=KEY, payment_handlers="stripe")

    assert "hunter2" not in repr(in_production)
    assert in_development.stripe_url == ""
    assert elsewhere.stripe_key == ""


@pytest.mark.parametrize(
    ("chosen", "mistake"),
    [
        ({"payment_handlers": "stripe"}, "STRIPE_KEY: is needed to offer"),
        ({"stripe_url": "http://127.0.0.1:1"}, "STRIPE_URL: is of no use without"),
        ({"stripe_webhook_secret": "whsec_hunter2"}, "STRIPE_WEBHOOK_SECRET: is of no use without"),
        ({**STRIPE, "payment_handlers": "google_pay"}, "PAYMENT_HANDLERS: must be `stripe` alone"),
        ({**STRIPE, "payment_provider_url": "http://127.0.0.1:1"}, "PAYMENT_PROVIDER_URL: there"),
        ({**STRIPE, "stripe_url": "http://127.0.0.1:1"}, "STRIPE_URL: takes the key and the money"),
        (
            {**STRIPE, "stripe_key": "sk_live_hunter2", "environment": "development"},
            "STRIPE_KEY: is a live key",
        ),
        ({**STRIPE, "stripe_key": "hunter2"}, "STRIPE_KEY: String should match"),
        ({**STRIPE, "stripe_webhook_secret": "hunter2"}, "STRIPE_WEBHOOK_SECRET: String should"),
    ],
)
def test_what_does_not_go_with_stripe_is_told(chosen: dict[str, str], mistake: str) -> None:
    (line,) = mistakes(**chosen)

    assert line.startswith(f"FREESTONE_{mistake}")
    assert "hunter2" not in line


def test_secrets_are_not_shown_with_the_settings() -> None:
    settings = Settings(
        internal_keys=(KEY,),
        simulation_secret="hunter2",
        database_url="sqlite:///hunter2",
        redis_url="redis://:hunter2@127.0.0.1/0",
    )

    assert KEY not in repr(settings)
    assert "hunter2" not in repr(settings)


def test_settings_may_be_in_a_file_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "freestone.toml"
    file.write_text('port = 9000\nhost = "::1"\n[inventory]\ndatabase_url = "sqlite:///i.db"\n')
    monkeypatch.setenv("FREESTONE_PORT", "9001")

    settings = load_settings()

    assert (settings.port, settings.host) == (9001, "::1")
    assert settings.base_url == "http://[::1]:9001"
    assert settings.database_of("inventory") == "sqlite+aiosqlite:///i.db"


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("prot = 9000", "FREESTONE_PROT: there is no such setting"),
        ("port = ", "freestone.toml: Invalid value"),
        ("inventory = 3", "FREESTONE_INVENTORY: Input should be a valid dictionary"),
    ],
)
def test_a_mistake_in_the_file_is_told(tmp_path: Path, text: str, mistake: str) -> None:
    (tmp_path / "freestone.toml").write_text(text)

    (line,) = mistakes()

    assert line.startswith(mistake)


def test_a_slip_of_the_pen_in_the_environment_is_noticed() -> None:
    names = {"FREESTONE_PROT": "1", "FREESTONE_PORT": "1", "FREESTONE_INVENTORY_URL": "1", "X": "1"}

    assert unknown_names(names) == ["FREESTONE_PROT"]


def test_a_database_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnfitSettings, match="FREESTONE_DATABASE_URL: must name a file"):
        load_settings(database_url=f"sqlite:///{tmp_path}")


PRIMARY, REPLICA = "postgresql://db1/shop", "postgresql://db2/shop"


def test_a_replica_is_of_the_database_that_it_is_named_beside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FREESTONE_DATABASE_URL", PRIMARY)
    monkeypatch.setenv("FREESTONE_READ_DATABASE_URL", REPLICA)
    monkeypatch.setenv("FREESTONE_CATALOG_DATABASE_URL", "postgresql://db3/catalog")
    monkeypatch.setenv("FREESTONE_ORDERING_DATABASE_URL", "postgresql://db4/orders")
    monkeypatch.setenv("FREESTONE_ORDERING_READ_DATABASE_URL", "postgresql://db5/orders")

    settings = load_settings()

    assert settings.read_database_of("inventory") == "postgresql+psycopg://db2/shop"
    assert settings.read_database_of("ordering") == "postgresql+psycopg://db5/orders"
    assert settings.read_database_of("catalog") == ""


@pytest.mark.parametrize(
    ("chosen", "mistake"),
    [
        ({"read_database_url": "sqlite:///copy.db"}, "names SQLite, which has no replicas"),
        ({"read_database_url": REPLICA}, "is of another engine"),
        ({"read_database_url": PRIMARY, "database_url": PRIMARY}, "is the database itself"),
        ({"ordering": {"read_database_url": REPLICA}}, "is of another engine"),
    ],
)
def test_what_can_be_no_replica_is_refused(chosen: dict[str, Any], mistake: str) -> None:
    (line,) = mistakes(**chosen)

    name = "FREESTONE_ORDERING_READ_" if "ordering" in chosen else "FREESTONE_READ_"
    assert line.startswith(f"{name}DATABASE_URL: {mistake}")


def test_orders_are_not_warned_of_when_they_are_placed() -> None:
    (line,) = mistakes(authorisation_days="3", lapse_warning_days="3")

    assert line.startswith("FREESTONE_AUTHORISATION_DAYS: must be more than")


def test_a_reminder_comes_before_the_end() -> None:
    (line,) = mistakes(return_days="7", return_reminder_days="7")

    assert line.startswith(
        "FREESTONE_RETURN_DAYS: must be more than FREESTONE_RETURN_REMINDER_DAYS"
    )
