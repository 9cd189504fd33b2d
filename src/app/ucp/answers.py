"""The replies that ordering keeps and repeats: rendered by the binding, byte for byte."""

from pydantic_core import to_json

from app.ucp import rendering
from app.ucp.presentation import CHECKOUT, Presentation
from domain.contracts.ordering import Answer, CheckoutDetails, Notice

CHOOSE_DELIVERY = "Fulfillment address and option must be selected"


class UcpAnswers:
    """All it needs to know comes with the request, so it is the same wherever ordering is kept."""

    def checkout(self, checkout: CheckoutDetails, presentation: str, outcome: str, /) -> Answer:
        """The checkout as it stands. What came of the request is in its messages (RST-18).

        In interop mode a failed payment is 402, and completing without saying where and how to
        deliver is 400.
        """
        shown = Presentation.from_text(presentation)
        body = rendering.checkout(checkout, shown)
        code = 201 if outcome == "created" else 200
        if shown.is_interop and outcome == "refused":
            code, body = _relaxed(checkout, body)
        return Answer(code=code, body=to_json(body).decode())

    def nothing(self, notices: tuple[Notice, ...], presentation: str, /) -> Answer:
        """An error envelope (CHK-21). That is closed, so interop clients, who look for `detail`, get
        a flat error (INTEROP 11).
        """
        shown = Presentation.from_text(presentation)
        if not shown.is_interop:
            page = f"{shown.base_url}/"
            body = rendering.failure(notices, shown, CHECKOUT, continue_url=page)
            return Answer(code=200, body=to_json(body).decode())
        is_short = any(notice.code == "out_of_stock" for notice in notices)
        text = " ".join(notice.text for notice in notices)
        flat = {
            "code": "out_of_stock" if is_short else "item_unavailable",
            "content": f"Insufficient stock. {text}" if is_short else f"Item not found. {text}",
        }
        return Answer(code=400, body=to_json({**flat, "detail": flat["content"]}).decode())


def _relaxed(checkout: CheckoutDetails, body: rendering.Body) -> tuple[int, rendering.Body]:
    errors = [notice for notice in checkout.notices if notice.kind == "error"]
    for error in errors:
        if error.code == "payment_failed":
            return 402, {**body, "detail": error.text}
    if any(_is_about_delivery(error) for error in errors):
        return 400, {**body, "detail": CHOOSE_DELIVERY}
    return 200, body


def _is_about_delivery(error: Notice) -> bool:
    """A delivery that was never spoken of has no place in the checkout to point at."""
    is_there = error.path is None or error.path.startswith("fulfillment")
    return error.code == "missing" and is_there
