"""What is granted is what was asked, shown and agreed to: nothing else, and by nobody else."""

import pytest
from markupsafe import escape

from domain.contracts.identity import NONE
from tests.pages.account.browsing import Browsing
from tests.pages.account.people import (
    BACK,
    PASSWORD,
    SCOPES,
    Asking,
    People,
    answer_in,
)
from tests.pages.shop import EVIL
from tests.processes import Process


async def agreed(browsing: Browsing, asking: Asking) -> dict[str, str]:
    """Allow what is asked; what the client is told."""
    seen = await browsing.fill(asking.path, "/authorize", do="allow")
    assert seen.status == 303, seen.html
    return answer_in(seen.location)


async def test_whoever_agrees_is_sent_back_with_a_code(
    shop: Process, people: People, browsing: Browsing
) -> None:
    ada, asking = await people.confirmed(), await people.client()
    await browsing.sign_in(ada, PASSWORD)

    seen = await browsing.fill(asking.path, "/authorize", do="allow")

    told = answer_in(seen.location)
    assert seen.status == 303
    assert seen.location.startswith(f"{BACK}?")
    assert (told["state"], told["iss"]) == ("state-of-the-client", shop.url)
    assert told["code"].startswith("fsc_")
    assert seen.headers["Cache-Control"] == "no-store"
    assert seen.headers["Referrer-Policy"] == "same-origin"


async def test_whoever_does_not_agree_is_sent_back_without_one(
    shop: Process, people: People, browsing: Browsing
) -> None:
    ada, asking = await people.confirmed(), await people.client()
    await browsing.sign_in(ada, PASSWORD)

    seen = await browsing.fill(asking.path, "/authorize", do="deny")

    told = answer_in(seen.location)
    assert told == {"error": "access_denied", "state": "state-of-the-client", "iss": shop.url}


async def test_whoever_is_nobody_signs_in_and_comes_back_to_what_was_asked(
    people: People, browsing: Browsing
) -> None:
    ada, asking = await people.confirmed(), await people.client()

    door = await browsing.open(asking.path)
    page = await browsing.open(door.location)
    entered = await browsing.fill(door.location, email=ada, password=PASSWORD)
    asked = await browsing.open(entered.location)

    assert door.status == 303
    assert "<strong>Agent</strong>" in page.html
    assert "form-action 'self' https://agent.example;" in page.headers["Content-Security-Policy"]
    assert entered.location.startswith("/authorize?")
    assert "Allow" in asked.heading


async def test_the_page_says_who_asks_for_what_and_lets_its_form_lead_there_alone(
    people: People, browsing: Browsing
) -> None:
    ada, asking = await people.confirmed(), await people.client(name=EVIL)
    await browsing.sign_in(ada, PASSWORD)

    seen = await browsing.open(asking.saying(state=EVIL).path)

    assert escape(EVIL) in seen.html
    assert "<script" not in seen.html
    assert "agent.example" in seen.html
    assert ada in seen.html
    assert "place orders in your name" in seen.html
    assert "See your orders" in seen.html
    assert "cancel them" not in seen.html
    policy = seen.headers["Content-Security-Policy"]
    assert "form-action 'self' https://agent.example; frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("asked", lambda path: path.replace("order:read", "order:manage")),
        ("asked", lambda path: path.replace("order:read", "order%3Aread")),
        ("asked", lambda path: path.replace("agent.example", "evil.example")),
        ("asked", lambda path: path.replace("state-of", "another-state-of")),
        ("asked", lambda path: f"{path}&prompt=none"),
        ("asked", lambda _: ""),
        ("asked", lambda _: "https://evil.example"),
        ("seal", lambda _: ""),
        ("seal", lambda seal: seal[::-1]),
        ("token", lambda _: ""),
    ],
)
async def test_a_form_that_was_changed_grants_nothing(
    people: People, browsing: Browsing, name: str, changed: object
) -> None:
    ada = await people.confirmed()
    asking = await people.client(scopes=(*SCOPES, "dev.ucp.shopping.order:manage"))
    asking = asking.wanting(*SCOPES)
    await browsing.sign_in(ada, PASSWORD)
    form = (await browsing.open(asking.path)).form("/authorize")

    fields = {**form, "do": "allow", name: changed(form[name])}  # type: ignore[operator]
    seen = await browsing.send("/authorize", fields)

    assert fields[name] != form[name]
    assert (seen.status, seen.location) == (403, "")


async def test_what_the_form_says_besides_is_not_heard(people: People, browsing: Browsing) -> None:
    ada, asking = await people.confirmed(), await people.client()
    await browsing.sign_in(ada, PASSWORD)
    form = (await browsing.open(asking.path)).form("/authorize")

    more = {"scope": "orders:read", "redirect_uri": "https://evil.example", "client_id": "other"}
    seen = await browsing.send("/authorize?scope=orders:read", {**form, **more, "do": "allow"})

    assert seen.location.startswith(f"{BACK}?")
    await people.redeemed(asking, answer_in(seen.location)["code"])
    page = await browsing.open("/account/platforms")
    assert "See your orders" in page.html


async def test_one_persons_page_is_not_another_persons_agreement(
    people: People, browsing: Browsing
) -> None:
    asking = await people.client()
    eve = Browsing(browsing.client, browsing.url)
    await browsing.sign_in(await people.confirmed(), PASSWORD)
    await eve.sign_in(await people.confirmed(), PASSWORD)
    theirs = (await eve.open(asking.path)).form("/authorize")
    mine = (await browsing.open(asking.path)).form("/authorize")

    whole = await browsing.send("/authorize", {**theirs, "do": "allow"})
    mixed = await browsing.send("/authorize", {**mine, "seal": theirs["seal"], "do": "allow"})

    assert (whole.status, mixed.status) == (403, 403)


async def test_neither_yes_nor_no_is_neither(people: People, browsing: Browsing) -> None:
    ada, asking = await people.confirmed(), await people.client()
    await browsing.sign_in(ada, PASSWORD)

    seen = await browsing.fill(asking.path, "/authorize", do="perhaps")

    assert (seen.status, seen.location) == (400, "")


async def test_whoever_agreed_once_is_not_asked_for_the_same_again(
    people: People, browsing: Browsing
) -> None:
    ada, asking = await people.confirmed(), await people.client()
    await browsing.sign_in(ada, PASSWORD)
    await people.redeemed(asking, (await agreed(browsing, asking))["code"])

    same = await browsing.open(asking.path)
    less = await browsing.open(asking.wanting(*SCOPES[:1]).saying(prompt="none").path)
    again = await browsing.open(asking.saying(prompt="consent").path)

    assert "code" in answer_in(same.location)
    assert "code" in answer_in(less.location)
    assert (again.status, again.location) == (200, "")


async def test_more_than_was_agreed_to_is_asked_for_anew(
    people: People, browsing: Browsing
) -> None:
    ada, asking = await people.confirmed(), await people.client()
    await browsing.sign_in(ada, PASSWORD)
    less = asking.wanting(*SCOPES[:1])
    await people.redeemed(less, (await agreed(browsing, less))["code"])

    assert (await browsing.open(asking.path)).status == 200
    silent = await browsing.open(asking.saying(prompt="none").path)
    assert answer_in(silent.location)["error"] == "consent_required"


@pytest.mark.parametrize(
    "details",
    [
        {"auth_method": NONE, "redirect_uris": (BACK,)},
        {"redirect_uris": ("http://127.0.0.1/back",)},
    ],
)
async def test_whoever_cannot_show_who_it_is_is_asked_for_each_time(
    people: People, browsing: Browsing, details: dict[str, object]
) -> None:
    ada, asking = await people.confirmed(), await people.client(**details)
    await browsing.sign_in(ada, PASSWORD)
    await people.redeemed(asking, (await agreed(browsing, asking))["code"])

    assert (await browsing.open(asking.path)).status == 200


async def test_an_unlinked_client_is_asked_for_anew(people: People, browsing: Browsing) -> None:
    ada, asking = await people.confirmed(), await people.client()
    await browsing.sign_in(ada, PASSWORD)
    for _ in range(2):
        told = await agreed(browsing, asking.saying(prompt="consent"))
        await people.redeemed(asking, told["code"])

    seen = await browsing.fill("/account/platforms", client=asking.client_id)

    assert seen.location == "/account/platforms?told=unlinked"
    assert "Nobody, as yet" in (await browsing.open("/account/platforms")).html
    assert (await browsing.open(asking.path)).status == 200


async def test_silence_is_kept_where_it_was_asked_for(people: People, browsing: Browsing) -> None:
    asking = (await people.client()).saying(prompt="none")

    nobody = await browsing.open(asking.path)
    await browsing.sign_in(await people.signed_up(), PASSWORD)
    unconfirmed = await browsing.open(asking.path)
    await browsing.sign_in(await people.confirmed(), PASSWORD)
    unasked = await browsing.open(asking.path)

    errors = [answer_in(seen.location)["error"] for seen in (nobody, unconfirmed, unasked)]
    assert errors == ["login_required", "interaction_required", "consent_required"]


@pytest.mark.parametrize(
    "more", [{"prompt": "login"}, {"max_age": "0"}, {"prompt": "select_account"}]
)
async def test_whoever_is_to_sign_in_anew_does_so_once(
    people: People, browsing: Browsing, more: dict[str, str]
) -> None:
    ada, asking = await people.confirmed(), (await people.client()).saying(**more)
    await browsing.sign_in(ada, PASSWORD)

    door = await browsing.open(asking.path)
    unmoved = await browsing.open(asking.path)
    entered = await browsing.fill(door.location, email=ada, password=PASSWORD)
    asked = await browsing.open(entered.location)
    other = await browsing.open(f"{asking.saying(state='other').path}&{entered.location[-80:]}")

    assert door.location.startswith("/sign-in?next=")
    assert unmoved.location == door.location
    assert "Allow" in asked.heading
    assert other.status == 303


async def test_a_session_that_is_young_enough_will_do(people: People, browsing: Browsing) -> None:
    ada, asking = await people.confirmed(), (await people.client()).saying(max_age="600")
    await browsing.sign_in(ada, PASSWORD)

    assert (await browsing.open(asking.path)).status == 200


async def test_whoever_has_not_confirmed_cannot_agree(people: People, browsing: Browsing) -> None:
    asking = await people.client()
    await browsing.sign_in(await people.signed_up(), PASSWORD)

    seen = await browsing.open(asking.path)

    assert seen.status == 403
    assert seen.heading == "Confirm your e-mail address first"


async def test_staff_agrees_to_what_is_staffs_and_buyers_to_what_is_theirs(
    people: People, browsing: Browsing
) -> None:
    office, agent = await people.application(), await people.client()
    staff = Browsing(browsing.client, browsing.url)
    await browsing.sign_in(await people.confirmed(), PASSWORD)
    await staff.sign_in(await people.employed(), PASSWORD, "/staff/sign-in")

    assert (await browsing.open(office.path)).location.startswith("/staff/sign-in?")
    assert (await staff.open(agent.path)).location.startswith("/sign-in?")
    assert "See all orders" in (await staff.open(office.path)).html
    assert "code" in await agreed(staff, office)


async def test_a_buyers_form_grants_nothing_of_staffs(people: People, browsing: Browsing) -> None:
    """A seal is of one request: what was shown about one is not good for another."""
    office, agent = await people.application(), await people.client()
    await browsing.sign_in(await people.confirmed(), PASSWORD)
    form = (await browsing.open(agent.path)).form("/authorize")

    seen = await browsing.send("/authorize", {**form, "asked": office.path, "do": "allow"})

    assert seen.status == 403


@pytest.mark.parametrize(
    "path",
    [
        "/authorize",
        "/authorize?client_id=nobody&redirect_uri=https://evil.example",
        "/authorize?client_id=%FF%00",
        "/authorize?" + "a" * 9000,
    ],
)
async def test_whoever_cannot_be_answered_is_told_in_a_page_without_a_way_on(
    browsing: Browsing, path: str
) -> None:
    seen = await browsing.open(path)

    assert (seen.status, seen.location) == (400, "")
    assert "evil.example" not in seen.html
    assert 'href="http' not in seen.html


async def test_nobody_unlinks_what_another_has_linked(people: People, browsing: Browsing) -> None:
    asking, eve = await people.client(), Browsing(browsing.client, browsing.url)
    await browsing.sign_in(await people.confirmed(), PASSWORD)
    await eve.sign_in(await people.confirmed(), PASSWORD)
    for one in (browsing, eve):
        await people.redeemed(asking, (await agreed(one, asking))["code"])

    await eve.fill("/account/platforms", client=asking.client_id)

    assert "Agent" in (await browsing.open("/account/platforms")).html
    assert "Nobody, as yet" in (await eve.open("/account/platforms")).html
