from dataclasses import replace
from typing import Any

import pytest

from app.pages.countries import COUNTRIES
from domain.contracts.ordering import Destination, Method, Option, WantedGroup, WantedMethod
from domain.ordering.delivery import choose
from domain.ordering.places import Delivery, country_of
from domain.ordering.ways import offer, what_is_missing
from domain.shared.countries import spelt
from domain.shared.values import Address
from tests.ordering.builders import HOME, STANDARD, a_method

WORK = Address(street_address="1 Dock Rd", address_country="DE")
LINES = ("line_1",)
EXPRESS = Option(option_id="exp", service_level="express", title="Express", price=1500)


def chosen(wanted: WantedMethod | None, **known: Any) -> Delivery:
    told: dict[str, Any] = {"known": None, "stored": (), "line_ids": LINES, "is_merge": False}
    return choose((wanted,) if wanted else None, **{**told, **known})


def only(delivery: Delivery) -> Method:
    (method,) = delivery.methods or ()
    return method


def shipping(**wanted: Any) -> WantedMethod:
    return WantedMethod(kind="shipping", **wanted)


def to(address: Address, name: str | None = None) -> Destination:
    return Destination(address=address, destination_id=name)


@pytest.mark.ucp("FUL-5", "FUL-6", "FUL-14")
def test_a_destination_gets_an_id_and_is_selected_when_it_is_the_only_one() -> None:
    delivery = chosen(shipping(destinations=(to(HOME),)))

    method = only(delivery)
    assert method.destinations == (to(HOME, "destination_1"),)
    assert method.selected_destination_id == "destination_1"
    assert delivery.address == HOME


@pytest.mark.ucp("FUL-5")
def test_of_several_destinations_none_is_selected_for_the_buyer() -> None:
    delivery = chosen(shipping(destinations=(to(HOME), to(WORK, "work"))))

    assert [d.destination_id for d in only(delivery).destinations] == ["destination_1", "work"]
    assert delivery.address is None


def test_an_address_like_a_stored_one_is_that_one() -> None:
    delivery = chosen(shipping(destinations=(to(HOME),)), stored=(to(HOME, "addr_1"),))

    assert only(delivery).selected_destination_id == "addr_1"


def test_stored_addresses_are_offered_where_none_is_sent() -> None:
    stored = (to(HOME, "addr_1"), to(WORK, "addr_2"))

    delivery = chosen(shipping(), stored=stored)
    assert only(delivery).destinations == stored
    assert delivery.address is None

    delivery = chosen(shipping(selected_destination_id="addr_2"), stored=stored)
    assert delivery.address == WORK


@pytest.mark.ucp("FUL-14")
def test_a_destination_that_does_not_exist_is_not_selected() -> None:
    wanted = shipping(destinations=(to(HOME, "home"),), selected_destination_id="moon")

    delivery = chosen(wanted)

    assert only(delivery).selected_destination_id is None
    (notice,) = delivery.notices
    assert (notice.kind, notice.path) == (
        "error",
        "fulfillment.methods[0].selected_destination_id",
    )


@pytest.mark.ucp("CHK-22")
def test_replacing_forgets_what_is_not_mentioned() -> None:
    known = (a_method(),)

    assert chosen(None, known=known).methods is None
    other = chosen(shipping(), known=known)
    assert only(other).destinations == ()
    two = replace(a_method(), destinations=(*a_method().destinations, to(WORK, "work")))
    named = chosen(shipping(method_id="method_1"), known=(two,))
    assert only(named).destinations == two.destinations
    assert named.address is None
    assert only(named).groups[0].selected_option_id is None


@pytest.mark.ucp("FUL-14", "FUL-15")
def test_the_only_place_of_a_method_that_is_named_stays_chosen() -> None:
    """As in the protocol's own example over MCP, which names a method and an option, and no more."""
    known = a_method()
    group = WantedGroup(group_id="group_1", selected_option_id="std-ship")

    named = chosen(shipping(method_id="method_1", groups=(group,)), known=(known,))
    never = replace(known, selected_destination_id=None)
    unchosen = chosen(shipping(method_id="method_1"), known=(never,))

    assert named.address == HOME
    assert only(named).groups[0].selected_option_id == "std-ship"
    assert unchosen.address is None


def test_merging_keeps_what_is_not_mentioned() -> None:
    known = (a_method(),)

    assert only(chosen(None, known=known, is_merge=True)) == a_method()
    merged = chosen(shipping(), known=known, is_merge=True)
    assert merged.address == HOME
    assert only(merged).groups[0].selected_option_id == "std-ship"


@pytest.mark.ucp("FUL-1", "FUL-5")
def test_methods_follow_the_lines_there_are() -> None:
    merged = choose(None, known=(a_method(),), stored=(), line_ids=("line_7",), is_merge=True)

    assert only(merged).line_ids == ("line_7",)
    assert only(merged).groups[0].line_ids == ("line_7",)


@pytest.mark.ucp("FUL-7")
@pytest.mark.parametrize(
    "wanted",
    [
        (WantedMethod(kind="pickup", destinations=(to(HOME),)),),
        (shipping(destinations=(to(HOME),)), shipping(destinations=(to(WORK),))),
    ],
)
def test_what_cannot_be_done_is_said(wanted: tuple[WantedMethod, ...]) -> None:
    delivery = choose(wanted, known=None, stored=(), line_ids=LINES, is_merge=False)

    (notice,) = delivery.notices
    assert (notice.kind, notice.code, notice.severity) == ("error", "unsupported", "recoverable")


def wanting(option: str | None) -> Delivery:
    group = (WantedGroup(selected_option_id=option),)
    return chosen(shipping(destinations=(to(HOME),), groups=group))


@pytest.mark.ucp("FUL-5", "FUL-11")
def test_an_offered_option_is_chosen() -> None:
    delivery = offer(wanting("exp"), [(STANDARD, EXPRESS)], known=None)

    assert only(delivery).groups[0].selected_option_id == "exp"
    assert what_is_missing(delivery, LINES) == ()


@pytest.mark.ucp("FUL-14", "MSG-5")
def test_an_option_that_is_gone_is_a_warning_and_one_never_offered_an_error() -> None:
    gone = offer(wanting("std-ship"), [(EXPRESS,)], known=(a_method(),))
    unheard = offer(wanting("teleport"), [(EXPRESS,)], known=(a_method(),))

    assert [(n.kind, n.code) for n in gone.notices] == [("warning", "fulfillment_changed")]
    assert [(n.kind, n.code) for n in unheard.notices] == [("error", "invalid")]
    assert only(gone).groups[0].selected_option_id is None
    assert only(unheard).groups[0].selected_option_id is None


def missing(delivery: Delivery, lines: tuple[str, ...] = LINES) -> list[str | None]:
    return [notice.path for notice in what_is_missing(delivery, lines)]


@pytest.mark.ucp("FUL-12")
def test_what_is_missing_is_said_one_step_at_a_time() -> None:
    where, how = "selected_destination_id", "groups[0].selected_option_id"
    nowhere = chosen(shipping())

    assert missing(Delivery(methods=None)) == [None]
    assert missing(Delivery(methods=())) == ["fulfillment.methods"]
    assert missing(offer(nowhere, [()], known=None)) == [f"fulfillment.methods[0].{where}"]
    assert missing(offer(wanting(None), [(EXPRESS,)], known=None)) == [
        f"fulfillment.methods[0].{how}"
    ]
    assert missing(Delivery(methods=None), lines=()) == []


@pytest.mark.ucp("FUL-12", "MSG-2")
def test_where_nothing_is_delivered_the_address_is_undeliverable() -> None:
    (notice,) = what_is_missing(offer(wanting(None), [()], known=None), LINES)

    assert notice.code == "address_undeliverable"


@pytest.mark.ucp("ELG-9")
@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("US", "US"),
        (" us ", "US"),
        ("usa", "US"),
        ("SGP", "SG"),
        (" singapore", "SG"),
        ("United  States", "US"),
        ("Atlantis", None),
        ("XYZ", None),
        ("", None),
        (None, None),
    ],
)
def test_a_country_is_known_however_the_protocol_lets_it_be_spelt_and_not_guessed(
    said: str | None, meant: str | None
) -> None:
    assert country_of(Address(address_country=said)) == meant


TWO = ("line_1", "line_2", "line_3")


def both(*, is_merge: bool = False, known: tuple[Method, ...] | None = None) -> Delivery:
    wanted = (
        shipping(destinations=(to(HOME),)),
        shipping(destinations=(to(WORK),), line_ids=("line_2", "line_of_nobody")),
    )
    return choose(wanted, known=known, stored=(), line_ids=TWO, is_merge=is_merge)


@pytest.mark.ucp("FUL-5", "FUL-6", "FUL-7")
def test_lines_may_go_to_several_places() -> None:
    delivery = both()

    first, second = delivery.methods or ()
    assert (first.line_ids, second.line_ids) == (("line_1", "line_3"), ("line_2",))
    assert (first.method_id, second.method_id) == ("method_1", "method_2")
    assert [g.group_id for m in (first, second) for g in m.groups] == ["group_1", "group_2"]
    assert delivery.notices == ()
    assert delivery.addresses() == {"line_1": HOME, "line_2": WORK, "line_3": HOME}


@pytest.mark.ucp("FUL-5")
def test_goods_that_are_collected_after_all_keep_a_group_of_their_own() -> None:
    wanted = (shipping(method_id="method_1"), WantedMethod(kind="pickup", method_id="method_2"))

    delivery = choose(wanted, known=both().methods, stored=(), line_ids=TWO, is_merge=False)

    assert [m.groups[0].group_id for m in delivery.methods or ()] == ["group_1", "group_2"]


@pytest.mark.ucp("FUL-12")
def test_of_each_place_the_next_step_is_missing() -> None:
    delivery = offer(both(), [(EXPRESS,), ()], known=None)

    assert missing(delivery, TWO) == [
        "fulfillment.methods[0].groups[0].selected_option_id",
        "fulfillment.methods[1].selected_destination_id",
    ]


@pytest.mark.ucp("CHK-22", "FUL-15")
def test_places_that_are_known_by_their_ids_stay_with_their_lines() -> None:
    known = both().methods

    swapped = choose(
        (shipping(method_id="method_2"), shipping(method_id="method_1")),
        known=known,
        stored=(),
        line_ids=(*TWO, "line_4"),
        is_merge=False,
    )
    kept = choose(None, known=known, stored=(), line_ids=("line_2", "line_4"), is_merge=True)

    assert [(m.method_id, m.line_ids) for m in swapped.methods or ()] == [
        ("method_2", ("line_2", "line_4")),
        ("method_1", ("line_1", "line_3")),
    ]
    assert [m.line_ids for m in kept.methods or ()] == [("line_4",), ("line_2",)]


def test_every_country_that_a_page_offers_is_known_by_its_name() -> None:
    assert {code: spelt(name) for code, name in COUNTRIES.items()} == {c: c for c in COUNTRIES}
