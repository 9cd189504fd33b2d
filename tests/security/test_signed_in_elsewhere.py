"""Who is signed out everywhere else is, however often a thief has signed in."""

from asyncio import gather

import pytest

from domain.contracts.identity import ListSessions, SignIn
from domain.identity.session import MOST_SESSIONS
from tests.identity.account_builders import a_source
from tests.oauth.buyers import PASSWORD, join
from tests.security.attacked import Attacked


@pytest.mark.thorough
async def test_no_session_is_left_out_because_there_are_many(shop: Attacked) -> None:
    async with shop.browser() as browser, shop.inside() as line:
        email = await join(browser, shop.mail)
        ids = set()
        for _ in range(0, MOST_SESSIONS + 5, 3):
            asked = [SignIn(email=email, password=PASSWORD, source=a_source()) for _ in range(3)]
            ids |= {
                one.session.account.account_id for one in await gather(*map(line.sign_in, asked))
            }
        (account_id,) = ids

        page = await browser.open("/account/sessions")
        page = await browser.send(page, press="others")

        listed = await line.list_sessions(ListSessions(account_id=account_id))
    assert page.status == 200
    assert len(listed.items) == 1
