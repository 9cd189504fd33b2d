"""What clients pay with (UCP section 17). A credential is passed on, never kept and never told."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field, StrictBool

from app.ucp import handlers
from app.ucp.attribution import Attributed, attribution
from app.ucp.bodies import Body, Clean, Line, Name
from app.ucp.errors import BadRequest
from app.ucp.presentation import Presentation
from domain.contracts.ordering import CompleteCheckout, PaymentInstrument, Request
from domain.shared.ids import public
from domain.shared.values import CheckoutId

Secret = Annotated[str, Field(min_length=1, max_length=10_000), Clean]


class BindingBody(Body):
    """What a credential was made for, and good for nothing else (PAY-13)."""

    checkout_id: Annotated[Line | None, Field(description="The checkout that it pays for.")] = None


class CredentialBody(Body):
    """A card's number has no place here: it is not even read. `expires_at` is the field in which our
    handlers say until when a token is good (PAY-10).
    """

    type: Line | None = None
    token: Secret | None = Field(default=None, repr=False)
    binding: BindingBody | None = None
    expires_at: AwareDatetime | None = None

    def secret(self, *, is_interop: bool) -> str:
        """The token. Raw cards are taken by the test handler alone (PAY-8, INTEROP 15)."""
        if self.token and is_card_number(self.token):
            raise BadRequest("body.payment.instruments: the number of a card is no token")
        if self.token:
            return self.token
        if is_interop and self.type == "card":
            return "raw-card"
        raise BadRequest("body.payment.instruments: the credential must hold a token")


class DisplayBody(Body):
    brand: Line | None = None


class InstrumentBody(Body):
    id: Annotated[Name, Field(description="Any: yours.")]
    handler_id: Annotated[
        Name, Field(description="An id from ucp.payment_handlers of this checkout.")
    ]
    type: Annotated[Name, Field(description="One of available_instruments of that handler.")]
    selected: Annotated[StrictBool | None, Field(description="Of several instruments, one is.")] = (
        None
    )
    display: DisplayBody = Field(default_factory=DisplayBody)
    credential: CredentialBody | None = None

    def instrument(self, checkout_id: CheckoutId, shown: Presentation) -> PaymentInstrument:
        credential = self.credential or CredentialBody()
        return PaymentInstrument(
            instrument_id=self.id,
            handler_id=self.handler_id,
            kind=self.type,
            token=credential.secret(is_interop=shown.is_interop),
            objection=self._objection(credential, checkout_id, shown),
        )

    def _objection(
        self, credential: CredentialBody, checkout_id: CheckoutId, shown: Presentation
    ) -> str | None:
        """Why it must not be charged, if it must not: looked at before anything else is (PAY-12)."""
        if self.handler_id not in shown.payment_handlers:
            return "This payment handler is not offered for this checkout."
        if not handlers.takes(shown, self.handler_id, self.type, self.display.brand):
            return "This handler does not take this kind of instrument here."
        bound = credential.binding
        named = bound.checkout_id if bound else None
        if named and named != public("chk", checkout_id):
            return "This credential was made for another checkout."
        if credential.expires_at and credential.expires_at <= datetime.now(UTC):
            return "This credential has expired."
        return None


def is_card_number(text: str) -> bool:
    """Whether this is what is embossed on a card, however it is grouped (Luhn)."""
    digits = text.replace(" ", "").replace("-", "")
    if not (digits.isascii() and digits.isdigit() and 13 <= len(digits) <= 19):
        return False
    doubled = [int(digit) * 2 for digit in digits[-2::-2]]
    return (sum(map(int, digits[-1::-2])) + sum(n // 10 + n % 10 for n in doubled)) % 10 == 0


class PaymentBody(Body):
    instruments: Annotated[list[InstrumentBody], Field(max_length=20)] = Field(default_factory=list)

    def chosen(self) -> InstrumentBody | None:
        """The selected instrument; a single one is selected anyway (PAY-9)."""
        if len(self.instruments) < 2:
            return next(iter(self.instruments), None)
        selected = [instrument for instrument in self.instruments if instrument.selected]
        if len(selected) != 1:
            raise BadRequest("body.payment.instruments: exactly one must be selected")
        return selected[0]


class Ap2Body(Body):
    checkout_mandate: str | None = Field(default=None, repr=False)


class CompleteBody(Body):
    payment: PaymentBody
    ap2: Ap2Body | None = None
    attribution: Attributed = None

    def complete(
        self, request: Request, checkout_id: CheckoutId, shown: Presentation
    ) -> CompleteCheckout:
        """A mandate is not verified here: strict clients must not believe it was (INTEROP 16)."""
        if self.ap2 and self.ap2.checkout_mandate is not None and not shown.is_interop:
            raise BadRequest("body.ap2: AP2 mandates are not taken here")
        chosen = self.payment.chosen()
        return CompleteCheckout(
            request=request,
            checkout_id=checkout_id,
            instrument=chosen.instrument(checkout_id, shown) if chosen else None,
            attribution=attribution(self.attribution),
        )
