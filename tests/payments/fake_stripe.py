"""A Stripe that keeps to Stripe's rules where localstripe does not: it knows idempotency keys, lets
an authorisation be captured once, and can be told to fall silent, to break off and to refuse.

What it does to a payment is said by the payment method, as with Stripe's own test cards.
"""

from asyncio import Event
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import stripe
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from infrastructure.payments.test_provider import BrokenResponse

KEY = "sk_test_of_the_tests"
VISA, DECLINED, ASKS_BUYER = "pm_card_visa", "pm_card_chargeCustomerFail", "pm_card_threeDSecure2"
REFUND_PENDS, REFUND_FAILS = "pm_card_pendingRefund", "pm_card_refundFail"
METHODS = (VISA, DECLINED, ASKS_BUYER, REFUND_PENDS, REFUND_FAILS)
Object = dict[str, Any]
PARAMETERS: dict[str, Any] = {
    "create": stripe.params.PaymentIntentCreateParams,
    "confirm": stripe.params.PaymentIntentConfirmParams,
    "cancel": stripe.params.PaymentIntentCancelParams,
    "capture": stripe.params.PaymentIntentCaptureParams,
    "retrieve": stripe.params.PaymentIntentRetrieveParams,
    "listed": stripe.params.PaymentIntentListParams,
    "refund": stripe.params.RefundCreateParams,
    "listed_refunds": stripe.params.RefundListParams,
}
"""What the version of the API that our library speaks takes; it refuses all else."""


class Refused(Exception):
    def __init__(self, status: int, code: str, kind: str = "invalid_request_error") -> None:
        super().__init__(code)
        self.reply = JSONResponse(
            {"error": {"type": kind, "code": code, "message": f"It says: {code}."}}, status
        )


@dataclass
class FakeStripe:
    """`mishaps` befall the coming calls, one each: hang, lost, broken, busy; `during` names what
    they are about.
    """

    mishaps: list[str] = field(default_factory=list)
    during: str = ""
    intents: dict[str, Object] = field(default_factory=dict)
    refunds: dict[str, Object] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    _replies: dict[str, tuple[Object, Object]] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: count(1))

    def forget_keys(self) -> None:
        """A day has passed."""
        self._replies.clear()

    def app(self) -> Starlette:
        one = "/v1/payment_intents/{id}"
        return Starlette(
            routes=[
                Route("/v1/payment_intents", self._route(self.create), methods=["POST"]),
                Route("/v1/payment_intents", self._route(self.listed)),
                Route(one, self._route(self.retrieve)),
                Route(f"{one}/confirm", self._route(self.confirm), methods=["POST"]),
                Route(f"{one}/cancel", self._route(self.cancel), methods=["POST"]),
                Route(f"{one}/capture", self._route(self.capture), methods=["POST"]),
                Route("/v1/refunds", self._route(self.refund), methods=["POST"]),
                Route("/v1/refunds", self._route(self.listed_refunds)),
            ]
        )

    def _route(self, do: Any) -> Any:
        async def handle(request: Request) -> Response:
            told = {**request.query_params, **await request.form(), **request.path_params}
            self.calls.append(do.__name__)
            is_struck = not self.during or self.during == do.__name__
            mishap = self.mishaps.pop(0) if self.mishaps and is_struck else ""
            if mishap == "hang":
                await Event().wait()
            if mishap == "busy":
                return Refused(429, "rate_limit").reply
            try:
                reply = self._answered(do, request, told)
            except Refused as no:
                return no.reply
            if mishap == "broken":
                return JSONResponse({"error": {"type": "api_error"}}, 500)
            return BrokenResponse() if mishap == "lost" else JSONResponse(reply)

        return handle

    def _answered(self, do: Any, request: Request, told: Object) -> Object:
        if request.headers.get("authorization") != f"Bearer {KEY}":
            raise Refused(401, "api_key_invalid")
        known = {"id", *PARAMETERS[do.__name__].__annotations__}
        if {name.partition("[")[0] for name in told} - known:
            raise Refused(400, "parameter_unknown")
        key = request.headers.get("idempotency-key", "") if request.method == "POST" else ""
        if key in self._replies:
            asked, reply = self._replies[key]
            if asked != told:
                raise Refused(400, "key_reused", "idempotency_error")
            return reply
        reply = do(told)
        if key:
            self._replies[key] = (told, {**reply})
        return dict(reply)

    def create(self, told: Object) -> Object:
        if told["payment_method"] not in METHODS:
            raise Refused(400, "resource_missing")
        number = next(self._numbers)
        name = f"pi_{number:06}"
        self.intents[name] = {
            "id": name,
            "object": "payment_intent",
            "amount": int(told["amount"]),
            "currency": told["currency"],
            "amount_received": 0,
            "created": number,
            "status": "requires_confirmation",
            "payment_method": told["payment_method"],
            "metadata": _metadata(told),
            "last_payment_error": None,
            "latest_charge": None,
        }
        return self.intents[name]

    def retrieve(self, told: Object) -> Object:
        if told["id"] not in self.intents:
            raise Refused(404, "resource_missing")
        return self.intents[told["id"]]

    def confirm(self, told: Object) -> Object:
        intent = self._in(told, "requires_confirmation")
        if intent["payment_method"] == DECLINED:
            failure = {"code": "card_declined", "message": "It says: card_declined."}
            intent.update(status="requires_payment_method", last_payment_error=failure)
            raise Refused(402, "card_declined", "card_error")
        asks = intent["payment_method"] == ASKS_BUYER
        intent["status"] = "requires_action" if asks else "requires_capture"
        return intent

    def cancel(self, told: Object) -> Object:
        open_ones = ("requires_confirmation", "requires_capture", "requires_action")
        intent = self._in(told, "requires_payment_method", *open_ones)
        intent["status"] = "canceled"
        return intent

    def capture(self, told: Object) -> Object:
        intent = self._in(told, "requires_capture")
        units = int(told["amount_to_capture"])
        if units > intent["amount"]:
            raise Refused(400, "amount_too_large")
        charge = {"id": f"ch_{intent['id'][3:]}", "object": "charge", "amount_refunded": 0}
        intent.update(status="succeeded", amount_received=units, latest_charge=charge)
        return intent

    def refund(self, told: Object) -> Object:
        intent = self._in({"id": told["payment_intent"]}, "succeeded")
        units, left = int(told["amount"]), intent["amount_received"] - self.refunded(intent["id"])
        if intent["metadata"].get("is_disputed"):
            raise Refused(400, "charge_disputed")
        if units > left:
            raise Refused(400, "charge_already_refunded")
        name = f"re_{next(self._numbers):06}"
        states = {REFUND_PENDS: "pending", REFUND_FAILS: "failed"}
        self.refunds[name] = {
            "id": name,
            "object": "refund",
            "payment_intent": intent["id"],
            "amount": units,
            "status": states.get(intent["payment_method"], "succeeded"),
            "metadata": _metadata(told),
        }
        intent["latest_charge"]["amount_refunded"] = self.refunded(intent["id"])
        return self.refunds[name]

    def listed(self, told: Object) -> Object:
        since = int(told.get("created[gte]", 0))
        return _page([i for i in self.intents.values() if i["created"] >= since], told)

    def listed_refunds(self, told: Object) -> Object:
        return _page(self._refunds_of(told["payment_intent"]), told)

    def refunded(self, intent_id: str) -> int:
        return sum(r["amount"] for r in self._refunds_of(intent_id) if r["status"] != "failed")

    def intent(self, attempt_id: object) -> Object:
        """The only one of an attempt that is not idle."""
        of_it = [i for i in self.intents.values() if i["metadata"]["attempt_id"] == str(attempt_id)]
        (one,) = [i for i in of_it if i["status"] != "requires_confirmation"] or of_it
        return one

    def _refunds_of(self, intent_id: str) -> list[Object]:
        return [r for r in self.refunds.values() if r["payment_intent"] == intent_id]

    def _in(self, told: Object, *states: str) -> Object:
        intent = self.retrieve(told)
        if intent["status"] not in states:
            raise Refused(400, "payment_intent_unexpected_state")
        return intent


def _page(objects: list[Object], told: Object) -> Object:
    """The newest first, as Stripe lists."""
    newest = objects[::-1]
    names = [one["id"] for one in newest]
    begin = names.index(told["starting_after"]) + 1 if "starting_after" in told else 0
    end = begin + int(told.get("limit", 10))
    return {"object": "list", "data": newest[begin:end], "has_more": end < len(newest)}


def _metadata(told: Object) -> dict[str, str]:
    prefix = "metadata["
    return {k[len(prefix) : -1]: v for k, v in told.items() if k.startswith(prefix)}
