"""Where somebody comes from is what the proxy in front says, and never what they say themselves."""

from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from app.settings import Settings, UnfitSettings, load_settings
from infrastructure.shared.migrations.tables import migrate
from tests.conftest import a_shop
from tests.oauth.forms import a_browser
from tests.processes import running


def sources(folder: Path) -> list[str]:
    with closing(connect(folder / "freestone.db")) as line:
        return [one for (one,) in line.execute("SELECT source FROM identity_audit ORDER BY at")]


@pytest.mark.parametrize(
    ("proxies", "told", "source"),
    [
        ("", "192.0.2.7", "127.0.0.1"),
        ("10.0.0.0/8", "192.0.2.7", "127.0.0.1"),
        ("127.0.0.0/8", "192.0.2.7", "192.0.2.7"),
        ("127.0.0.1, 10.0.0.0/8", "198.51.100.1, 192.0.2.7, 10.1.2.3", "192.0.2.7"),
    ],
)
async def test_a_proxy_is_believed_if_it_is_ours(
    tmp_path: Path, proxies: str, told: str, source: str
) -> None:
    settings = a_shop(tmp_path, database_url=f"sqlite+aiosqlite:///{tmp_path}/freestone.db")
    await migrate(Settings(**settings))
    with running(tmp_path / "log", **settings, trusted_proxies=proxies) as process:
        async with a_browser(process.url) as browser:
            browser.http.headers["x-forwarded-for"] = told
            page = await browser.open("/sign-in")
            await browser.send(page, email="nobody@example.com", password="a wrong password")

    assert sources(tmp_path) == [source]


@pytest.mark.parametrize("proxies", ["*", "0.0.0.0/0", "::/0", "proxy.example", "10.0.0.1/8"])
def test_nobody_is_believed_who_could_be_anybody(
    proxies: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnfitSettings) as unfit:
        load_settings(trusted_proxies=proxies)

    assert "TRUSTED_PROXIES" in unfit.value.mistakes[0]
