"""The replies that ordering keeps and repeats: rendered by the binding, byte for byte."""

from uuid import UUID

from pydantic_core import to_json

from app.ucp import rendering
from app.ucp.invitation import is_about_delivery
from app.ucp.presentation import CART, CHECKOUT, Presentation
from domain.contracts.ordering import Answer, CartDetails, CheckoutDetails, Notice
from domain.shared.ids import public

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

    def cart(self, cart: CartDetails, presentation: str, outcome: str, /) -> Answer:
        body = rendering.cart(cart, Presentation.from_text(presentation))
        return Answer(code=201 if outcome == "created" else 200, body=to_json(body).decode())

    def nothing(
        self,
        notices: tuple[Notice, ...],
        presentation: str,
        /,
        *,
        of: str = "checkout",
        standing: UUID | None = None,
    ) -> Answer:
        """An error envelope (CHK-21, CAR-4), over whatever it is carried (MCP-7). Interop clients look
        into messages too (INTEROP 11). Of what stays as it was, something else can be wanted (MSG-2).
        """
        shown = Presentation.from_text(presentation)
        root, letters = (CART, "cart") if of == "cart" else (CHECKOUT, "chk")
        page = f"{of}/{public(letters, standing)}" if standing else ""
        severity = "recoverable" if standing else "unrecoverable"
        body = rendering.failure(
            notices, shown, root, continue_url=f"{shown.base_url}/{page}", severity=severity
        )
        return Answer(code=200, body=to_json(body).decode())


def _relaxed(checkout: CheckoutDetails, body: rendering.Body) -> tuple[int, rendering.Body]:
    errors = [notice for notice in checkout.notices if notice.kind == "error"]
    for error in errors:
        if error.code == "payment_failed":
            return 402, {**body, "detail": error.text}
    if any(is_about_delivery(error) for error in errors):
        return 400, {**body, "detail": CHOOSE_DELIVERY}
    return 200, body
