"""A link in a letter, and the password that it asks for: a stranger's opens nothing."""

from tests.pages.account.browsing import Browsing
from tests.pages.account.people import PASSWORD, People


async def test_who_opens_the_link_must_know_the_password(
    people: People, browsing: Browsing
) -> None:
    link = await people.letters.link_to(await people.signed_up(), "/confirm")

    empty = await browsing.fill(link, "/confirm", password="")
    wrong = [await browsing.fill(link, "/confirm", password="of the victim") for _ in range(5)]
    slowed = await browsing.fill(link, "/confirm", password=PASSWORD)

    assert (empty.status, {one.status for one in wrong}) == (422, {422})
    assert "This is not the password that was chosen." in wrong[0].html
    assert "of the victim" not in wrong[0].html
    assert slowed.status == 429
    assert 0 < int(slowed.headers["Retry-After"]) <= 900
