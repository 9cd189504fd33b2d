"""The letter to a buyer whose goods are awaited."""

from dataclasses import replace

from app.pages.confirmation import confirmation
from app.pages.return_reminder import return_reminder
from app.ucp.order_webhook import order_webhook
from app.ucp.presentation import Presentation
from domain.contracts.ordering import LineUnits, OrderRevised
from tests.ordering.builders import NOW
from tests.ordering.test_goods_return import an_order


def reminder() -> OrderRevised:
    """Of a bouquet, in an order of which two pots are to come back in another return."""
    order = an_order()
    lines = order.expect_back((LineUnits(line_id="line_1", units=1),))
    order.expect_back((LineUnits(line_id="line_2", units=2),))
    order.remind_of_return(lines, NOW)
    (revised,) = order.take_events()
    assert isinstance(revised, OrderRevised)
    platform = Presentation(
        base_url="https://shop.example",
        webhook_url="https://platform.example/hook",
    )
    return replace(revised, presentation=platform.to_text())


def test_it_says_what_is_awaited_and_until_when() -> None:
    letter = return_reminder(reminder())

    assert letter
    assert letter.target == "jane@example.com"
    assert "1 x Bouquet of Red Roses\n" in letter.body
    assert "here by 2026-04-08." in letter.body
    assert "https://shop.example" in letter.body


def test_it_does_not_ask_for_the_goods_of_other_returns() -> None:
    letter = return_reminder(reminder())

    assert letter
    assert "1 x " in letter.body
    assert "2 x " not in letter.body


def test_where_an_older_sender_did_not_say_of_which_return_it_names_all_of_the_order() -> None:
    letter = return_reminder(replace(reminder(), awaited=()))

    assert letter
    assert "1 x " in letter.body
    assert "2 x " in letter.body


def test_nobody_else_is_told_for_nothing_has_changed() -> None:
    revised = reminder()

    assert order_webhook(revised) is None
    assert confirmation(revised) is None
    assert order_webhook(replace(revised, occasion="shipped")) is not None


def test_it_is_not_written_for_anything_else_or_to_nobody() -> None:
    revised = reminder()
    nobody = replace(revised.order, buyer=None)

    assert return_reminder(replace(revised, occasion="placed")) is None
    assert return_reminder(replace(revised, order=nobody)) is None
