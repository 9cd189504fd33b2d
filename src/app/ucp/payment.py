"""What clients pay with (UCP section 17). A credential is passed on, never kept and never told."""

from typing import Annotated

from pydantic import Field, StrictBool

from app.ucp.bodies import Body, Clean, Line, Name
from app.ucp.errors import BadRequest
from domain.contracts.ordering import CompleteCheckout, PaymentInstrument, Request
from domain.shared.values import CheckoutId

Secret = Annotated[str, Field(min_length=1, max_length=10_000), Clean]


class CredentialBody(Body):
    """A card's number has no place here: it is not even read."""

    type: Line | None = None
    token: Secret | None = Field(default=None, repr=False)

    def secret(self, *, is_interop: bool) -> str:
        """The token. Raw cards are taken by the test handler alone (PAY-8, INTEROP 15)."""
        if self.token:
            return self.token
        if is_interop and self.type == "card":
            return "raw-card"
        raise BadRequest("body.payment.instruments: the credential must hold a token")


class InstrumentBody(Body):
    id: Name
    handler_id: Name
    type: Name
    selected: StrictBool | None = None
    credential: CredentialBody | None = None

    def instrument(self, *, is_interop: bool) -> PaymentInstrument:
        credential = self.credential or CredentialBody()
        return PaymentInstrument(
            instrument_id=self.id,
            handler_id=self.handler_id,
            kind=self.type,
            token=credential.secret(is_interop=is_interop),
        )


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

    def complete(
        self, request: Request, checkout_id: CheckoutId, *, is_interop: bool
    ) -> CompleteCheckout:
        """A mandate is not verified here: strict clients must not believe it was (INTEROP 16)."""
        if self.ap2 and self.ap2.checkout_mandate is not None and not is_interop:
            raise BadRequest("body.ap2: AP2 mandates are not taken here")
        chosen = self.payment.chosen()
        return CompleteCheckout(
            request=request,
            checkout_id=checkout_id,
            instrument=chosen.instrument(is_interop=is_interop) if chosen else None,
        )
