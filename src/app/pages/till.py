"""What a buyer can do with a checkout. Every deed is answered with where to see what became of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from fastapi import Response
from pydantic_core import from_json

from app.pages import wishes
from app.pages.checkout_view import seen, view
from app.pages.form import Filled, mistakes
from app.pages.guard import AWAY
from app.pages.paper import Paper
from app.pages.payment import Payment
from app.pages.told import GOES_ON, TELLING, is_ready
from domain.contracts.ordering import (
    Answer,
    CheckoutClosed,
    CheckoutDetails,
    FindCheckout,
    KeyReused,
    Ordering,
    UnknownCheckout,
)
from domain.shared.ids import from_public, public
from domain.shared.values import CheckoutId

WAITING, COMPLETED, CANCELLED = "complete_in_progress", "completed", "canceled"
SECONDS_BETWEEN_LOOKS = 2
"""A page that waits is loaded again by a header, for it runs no scripts."""


@dataclass(frozen=True)
class Till:
    """Acts as the client that a checkout belongs to: its address is all that is needed for that."""

    ordering: Ordering
    paper: Paper
    payment: Payment

    async def show(self, name: str, told: str) -> Response:
        details = await self._found(name)
        if details.status == COMPLETED:
            return self._to(details, told)
        if details.status == WAITING:
            return self._waiting(details)
        if details.status == CANCELLED:
            lines = ("It was cancelled, or not finished in time. Nothing was ordered.",)
            return self.paper.said("This checkout is closed", *lines)
        shown = view(details, self.payment, told)
        return self.paper.page("checkout.html", view=shown, action=self._address(details))

    async def change(self, name: str, filled: Filled) -> Response:
        """Save what was filled in and, where the buyer says so, place the order."""
        details = await self._found(name)
        if details.status in (WAITING, COMPLETED, CANCELLED):
            return self._to(details, "placed")
        if wrong := mistakes(filled, details, self.payment.names):
            shown = view(details, self.payment, filled=filled, wrong=wrong)
            return self.paper.page("checkout.html", 422, view=shown, action=self._address(details))
        return await self._tried(details, lambda: self._change(details, filled))

    async def cancel(self, name: str, filled: Filled) -> Response:
        details = await self._found(name)
        if details.status == CANCELLED:
            return self._to(details)

        async def give_up() -> Response:
            await self.ordering.cancel_checkout(wishes.cancel(filled, details))
            return self._to(details)

        return await self._tried(details, give_up)

    async def _change(self, details: CheckoutDetails, filled: Filled) -> Response:
        said = await self.ordering.update_checkout(wishes.update(filled, details))
        if refused := _told(said):
            return self._to(details, refused)
        if not filled.goes_on:
            return self._to(details, "saved")
        now = await self._again(details)
        if filled.asked[0] == "continue" or not is_ready(now):
            return self._to(now, GOES_ON)
        if filled["seen"] != seen(now):
            return self._to(now, "changed")
        if filled["seen_total"] != str(_total(now)):
            return self._to(now, "total_changed")
        return await self._complete(now, filled)

    async def _complete(self, details: CheckoutDetails, filled: Filled) -> Response:
        """What is paid is what was seen: nothing else gets here, and ordering sees to the rest."""
        instrument = self.payment.instrument(filled["way"])
        said = await self.ordering.complete_checkout(wishes.complete(filled, details, instrument))
        now = await self._again(details)
        if now.status == COMPLETED:
            return self._to(now, "placed")
        if (told := _told(said)) == "total_changed" and filled["seen_total"] == str(_total(now)):
            told = "changed"
        has_errors = any(notice.kind == "error" for notice in now.notices)
        return self._to(now, told or (GOES_ON if has_errors else "undone"))

    async def _tried(
        self, details: CheckoutDetails, deed: Callable[[], Awaitable[Response]]
    ) -> Response:
        try:
            return await deed()
        except KeyReused:
            return self._to(details, "sent_before")
        except CheckoutClosed:
            return self._to(details, "placed")  # where it was: otherwise the page knows better
        except AWAY:
            return self._to(details, "unsure")

    async def _found(self, name: str) -> CheckoutDetails:
        """What is no id of ours names nothing. Refuses with `UnknownCheckout`."""
        if (known := from_public("chk", name)) is None:
            raise UnknownCheckout(CheckoutId(UUID(int=0)))
        return await self.ordering.find_checkout(FindCheckout(checkout_id=CheckoutId(known)))

    async def _again(self, details: CheckoutDetails) -> CheckoutDetails:
        return await self.ordering.find_checkout(FindCheckout(checkout_id=details.checkout_id))

    def _to(self, details: CheckoutDetails, told: str = "") -> Response:
        query = f"?told={told}" if told else ""
        if details.order_id:
            placed = "?told=placed" if told else ""
            return self.paper.sent_on(f"/order/{public('ord', details.order_id)}{placed}")
        return self.paper.sent_on(f"/checkout/{public('chk', details.checkout_id)}{query}")

    def _waiting(self, details: CheckoutDetails) -> Response:
        again = f"{self._address(details)}?told=undone"
        lines = (
            "This takes a few seconds. The page looks again by itself; please do not order twice.",
        )
        page = self.paper.said(
            "Your order is being placed", *lines, go=(again, "Look again"), is_waiting=True
        )
        page.headers["refresh"] = f"{SECONDS_BETWEEN_LOOKS}; url={again}"
        return page

    def _address(self, details: CheckoutDetails) -> str:
        return f"{self.paper.root}/checkout/{public('chk', details.checkout_id)}"


def _total(details: CheckoutDetails) -> int:
    return next(entry.amount for entry in details.totals if entry.kind == "total")


def _told(answer: Answer) -> str:
    """What ordering says once and does not keep with the checkout, if the page has words for it."""
    body = from_json(answer.body)
    is_kept = body["ucp"]["status"] != "error"
    codes = [message.get("code") for message in body["messages"]]
    once = [code for code in codes if code in TELLING and (code == "total_changed" or not is_kept)]
    return next(iter(once), "")
