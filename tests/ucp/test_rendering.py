"""Rendered resources keep to the schemas of UCP 2026-04-08, all extensions composed (NAM-6)."""

from dataclasses import replace
from datetime import UTC, datetime
from json import loads
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from app.ucp import orders, rendering
from app.ucp.answers import CHOOSE_DELIVERY, UcpAnswers
from app.ucp.presentation import CHECKOUT, DISCOUNT, FULFILLMENT, ORDER, Presentation
from domain.contracts.ordering import (
    Allocation,
    Alternative,
    AppliedDiscount,
    Buyer,
    CheckoutDetails,
    Destination,
    Group,
    Method,
    Notice,
    Option,
    OrderDetails,
    Total,
)
from domain.shared.ids import public
from domain.shared.values import Consents
from tests.ucp import builders
from tests.ucp.builders import HERE, a_checkout, an_order
from tests.ucp.validation import problems

SHOP = Presentation(base_url="https://shop.example", payment_handlers=("mock_payment_handler",))
INTEROP = replace(SHOP, is_interop=True)
FEW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
DECLINED = Notice(kind="error", code="payment_failed", text="Declined.", severity="recoverable")
UNSENT = Notice(kind="error", code="missing", text="Where to?", severity="recoverable")


@pytest.mark.ucp(
    "ENV-1",
    "ENV-2",
    "ENV-3",
    "NAM-6",
    "TOT-1",
    "TOT-2",
    "TOT-4",
    "TOT-5",
    "TOT-7",
    "TOT-8",
    "DSC-4",
    "DSC-5",
    "FUL-2",
    "FUL-11",
    "LNK-1",
    "CHK-4",
    "CHK-5",
    "MSG-1",
    "GEN-1",
    "GEN-2",
)
@FEW
@given(details=builders.checkouts())
@pytest.mark.ucp("TOT-6")
def test_every_checkout_fits_the_schemas(details: CheckoutDetails) -> None:
    assert problems(rendering.checkout(details, SHOP), "get_checkout") == []


@pytest.mark.ucp("ORD-1", "ORD-3", "ORD-4", "ORD-5", "ORD-6", "ORD-7", "ORD-13", "TOT-1", "TOT-5")
@FEW
@given(details=builders.orders())
def test_every_order_fits_the_schemas(details: OrderDetails) -> None:
    assert problems(orders.order(details, SHOP), "get_order") == []


@pytest.mark.ucp("ENV-4", "ENV-5")
@pytest.mark.parametrize(("kind", "root"), [("get_checkout", CHECKOUT), ("get_order", ORDER)])
def test_a_failure_fits_the_schemas(kind: str, root: str) -> None:
    """ENV-4, ENV-5: no resource, and nothing but messages."""
    body = rendering.failure((UNSENT,), SHOP, root, continue_url="https://shop.example/")

    assert problems(body, kind) == []
    assert body["messages"][0]["severity"] == "unrecoverable"


def test_the_validator_notices_what_is_wrong() -> None:
    body = rendering.checkout(a_checkout(), SHOP)
    short = body | {"totals": [e for e in body["totals"] if e["type"] != "fulfillment"]}

    assert problems(body, "get_checkout") == []
    assert problems(body | {"status": "open"}, "get_checkout")
    assert problems(body | {"expires_at": "tomorrow"}, "get_checkout")
    assert problems(short, "get_checkout")
    assert problems({"code": "NoSuchCase", "content": ""}, "get_checkout")


@pytest.mark.ucp("CON-1", "CON-2")
def test_a_checkout_tells_who_buys_and_what_they_agreed_to() -> None:
    """CON-2: consent is echoed; what was not asked is not told."""
    buyer = Buyer(email="ada@example.org", consents=Consents(marketing=False))

    body = rendering.checkout(a_checkout(buyer=buyer), SHOP)

    assert body["buyer"] == {"email": "ada@example.org", "consent": {"marketing": False}}


@pytest.mark.ucp("FUL-3")
def test_a_place_to_collect_goods_has_a_name_and_an_address() -> None:
    """A-37: it is told by its method which shape it has."""
    place = Destination(address=HERE, destination_id="shop", name="The shop")
    method = Method(method_id="m", kind="pickup", line_ids=(), destinations=(place,))

    body = rendering.checkout(a_checkout(methods=(method,)), SHOP)

    (shown,) = body["fulfillment"]["methods"][0]["destinations"]
    assert (shown["id"], shown["name"]) == ("shop", "The shop")
    assert shown["address"]["address_country"] == "DE"
    assert problems(body, "get_checkout") == []


@pytest.mark.ucp("FUL-10")
def test_another_way_is_told_as_long_as_there_is_a_choice() -> None:
    text = "Rose can now be picked up at The shop."
    other = Alternative(kind="pickup", line_ids=("line_1",), text=text, fulfillable_on="now")
    details = a_checkout(methods=(), alternatives=(other,))

    body = rendering.checkout(details, SHOP)

    assert body["fulfillment"]["available_methods"] == [
        {
            "type": "pickup",
            "line_item_ids": ["line_1"],
            "fulfillable_on": "now",
            "description": text,
        }
    ]
    assert problems(body, "get_checkout") == []
    over = rendering.checkout(replace(details, status="completed"), SHOP)
    assert "available_methods" not in over["fulfillment"]


@pytest.mark.ucp("FUL-8")
def test_a_way_to_deliver_says_what_to_expect() -> None:
    way = Option(
        option_id="std",
        service_level="standard",
        title="Standard",
        price=500,
        description="Arrives in three days, by Post",
        earliest_at=datetime(2026, 4, 8, 12, tzinfo=UTC),
    )
    group = Group(group_id="g", line_ids=(), options=(way,))
    method = Method(method_id="m", kind="shipping", line_ids=(), groups=(group,))

    body = rendering.checkout(a_checkout(methods=(method,)), SHOP)

    (shown,) = body["fulfillment"]["methods"][0]["groups"][0]["options"]
    assert (shown["title"], shown["description"]) == ("Standard", "Arrives in three days, by Post")
    assert shown["earliest_fulfillment_time"] == "2026-04-08T12:00:00Z"
    assert "latest_fulfillment_time" not in shown
    assert problems(body, "get_checkout") == []


@pytest.mark.ucp("DSC-8")
def test_what_falls_on_no_line_says_where_it_falls() -> None:
    """A-23: off delivery in the group that it is for, or where delivery is told of at all."""
    group = Group(group_id="g", line_ids=("line_1",))
    method = Method(method_id="m", kind="shipping", line_ids=("line_1",), groups=(group,))
    off_post = (Allocation(line_id="", group_id="g", amount=500),)
    applied = (
        AppliedDiscount(title="Ten off", amount=1000, priority=1, allocations=(), code="TEN"),
        AppliedDiscount(title="Free post", amount=500, priority=2, allocations=off_post),
    )
    details = a_checkout(methods=(method,), discounts=applied)

    body = rendering.checkout(details, SHOP)
    few = replace(SHOP, capabilities={CHECKOUT: "2026-04-08", DISCOUNT: "2026-04-08"})

    order, post = body["discounts"]["applied"]
    assert not {"allocations", "method"} & set(order)
    assert post["allocations"] == [{"path": "$.fulfillment.methods[0].groups[0]", "amount": 500}]
    (_, seen) = rendering.checkout(details, few)["discounts"]["applied"]
    assert seen["allocations"][0]["path"] == "$.totals[?(@.type=='fulfillment')]"
    assert problems(body, "get_checkout") == []


@pytest.mark.ucp("NEG-7")
def test_only_what_was_negotiated_is_shown() -> None:
    """NEG-7, NEG-8: the order capability has nothing to do with a checkout."""
    shown = replace(SHOP, capabilities={CHECKOUT: "2026-04-08", ORDER: "2026-04-08"})
    details = a_checkout(codes=("ten",), methods=())

    body = rendering.checkout(details, shown)

    assert set(body["ucp"]["capabilities"]) == {CHECKOUT}
    assert not {"discounts", "fulfillment"} & set(body)
    assert {DISCOUNT, FULFILLMENT} <= set(rendering.checkout(details, SHOP)["ucp"]["capabilities"])


@pytest.mark.ucp("CHK-4", "CHK-5")
def test_where_to_go_on_is_told_until_it_is_over() -> None:
    """CHK-4, CHK-25."""
    order = an_order()
    open_one, done = a_checkout(), a_checkout(status="completed", order_id=order.order_id)
    name = public("ord", order.order_id)

    going_on, over = rendering.checkout(open_one, SHOP), rendering.checkout(done, SHOP)

    checkout_id = public("chk", open_one.checkout_id)
    assert going_on["continue_url"] == f"https://shop.example/checkout/{checkout_id}"
    assert "continue_url" not in over
    assert over["order"] == {"id": name, "permalink_url": f"https://shop.example/order/{name}"}


@pytest.mark.ucp("ORD-4")
@pytest.mark.parametrize(
    ("units", "fulfilled", "status"),
    [(0, 0, "removed"), (2, 2, "fulfilled"), (2, 1, "partial"), (2, 0, "processing")],
)
def test_the_status_of_an_order_line_follows_from_its_units(
    units: int, fulfilled: int, status: str
) -> None:
    """ORD-4."""
    assert orders.line_status(units, fulfilled) == status


def said(outcome: str, shown: Presentation, **details: Any) -> tuple[int, dict[str, Any]]:
    answer = UcpAnswers().checkout(a_checkout(**details), shown.to_text(), outcome)
    return answer.code, loads(answer.body)


@pytest.mark.ucp("RST-18")
@pytest.mark.parametrize(
    ("outcome", "shown", "notices", "code"),
    [
        ("created", SHOP, (), 201),
        ("shown", SHOP, (UNSENT,), 200),
        ("cancelled", SHOP, (), 200),
        ("refused", SHOP, (DECLINED,), 200),
        ("refused", SHOP, (UNSENT,), 200),
        ("created", INTEROP, (UNSENT,), 201),
        ("shown", INTEROP, (DECLINED,), 200),
        ("refused", INTEROP, (DECLINED,), 402),
        ("refused", INTEROP, (UNSENT,), 400),
        ("refused", INTEROP, (replace(UNSENT, path="fulfillment.methods"),), 400),
        ("refused", INTEROP, (replace(UNSENT, path="buyer.email"),), 200),
        ("refused", INTEROP, (replace(UNSENT, kind="warning", code="total_changed"),), 200),
    ],
)
def test_business_outcomes_are_answers_and_only_interop_gives_some_a_status(
    outcome: str, shown: Presentation, notices: tuple[Notice, ...], code: int
) -> None:
    """RST-18; INTEROP 9. The whole checkout is told all the same."""
    status, body = said(outcome, shown, notices=notices)

    assert status == code
    assert problems(body, "complete_checkout") == []
    assert ("detail" in body) == (code >= 400)


def test_interop_clients_are_told_what_to_choose() -> None:
    """INTEROP 9."""
    _, body = said("refused", INTEROP, notices=(UNSENT,))

    assert body["detail"] == CHOOSE_DELIVERY


@pytest.mark.ucp("CHK-2")
def test_the_same_is_said_in_the_same_bytes() -> None:
    details, text = a_checkout(), INTEROP.to_text()

    first = UcpAnswers().checkout(details, text, "shown")

    assert Presentation.from_text(text) == INTEROP
    assert UcpAnswers().checkout(details, text, "shown") == first


def test_a_request_that_says_nothing_of_its_client_is_answered_all_the_same() -> None:
    answer = UcpAnswers().checkout(a_checkout(), "{}", "shown")

    assert loads(answer.body)["ucp"]["version"] == "2026-04-08"


@pytest.mark.ucp("TOT-3")
@pytest.mark.parametrize("kind", ["subtotal", "account_credit", "wrapping"])
def test_a_total_of_whatever_kind_says_what_it_is(kind: str) -> None:
    entry = Total(kind=kind, text="What it is", amount=-5)

    assert rendering.total(entry)["display_text"] == "What it is"
