"""A checkout: what a buyer wants, what it costs, and how far it is from an order."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from domain.contracts.ordering import (
    Alternative,
    AppliedDiscount,
    Attribution,
    Buyer,
    BuyerContext,
    CheckoutClosed,
    CheckoutDetails,
    CheckoutLine,
    Method,
    Notice,
    Total,
)
from domain.ordering.attempt import Attempt
from domain.shared.model import Aggregate
from domain.shared.values import AttemptId, CartId, CheckoutId, OrderId

PAYMENT_FAILED = "payment_failed"  # leaves a checkout as completable as it was (UCP CHK-29)
LIFETIME = timedelta(hours=6)  # UCP CHK-10


class CheckoutStatus(StrEnum):
    """UCP 2026-04-08, section 10.2."""

    INCOMPLETE = "incomplete"
    ESCALATED = "requires_escalation"
    READY = "ready_for_complete"
    IN_PROGRESS = "complete_in_progress"
    COMPLETED = "completed"
    CANCELED = "canceled"


OPEN = (CheckoutStatus.INCOMPLETE, CheckoutStatus.ESCALATED, CheckoutStatus.READY)
REVIEW = "requires_buyer_review"


@dataclass(frozen=True, kw_only=True)
class Content:
    """What is wanted and what it costs: all that an update replaces."""

    currency: str
    lines: tuple[CheckoutLine, ...]
    totals: tuple[Total, ...]
    buyer: Buyer | None = None
    context: BuyerContext | None = None
    codes: tuple[str, ...] | None = None
    discounts: tuple[AppliedDiscount, ...] = ()
    methods: tuple[Method, ...] | None = None
    may_split: bool = False  # whether a method may have several groups
    alternatives: tuple[Alternative, ...] = ()
    lines_named: int = 0  # ids of lines that were ever given
    undelivered: tuple[str, ...] = ()  # ids of lines that need no delivery
    notices: tuple[Notice, ...] = ()
    account: str | None = None  # stays, whatever is wanted
    presentation: str | None = None  # of the request that opened it; stays too
    cart_id: CartId | None = None  # that it was made of; stays too
    attribution: tuple[Attribution, ...] = ()  # stays until another is said

    @property
    def is_complete(self) -> bool:
        """Whether nothing is in the way of an order."""
        return not self._obstacles()

    @property
    def is_complete_for_buyer(self) -> bool:
        """Whether nothing is but that the buyer should look it over: who places it has."""
        return all(notice.severity == REVIEW for notice in self._obstacles())

    @property
    def needs_buyer(self) -> bool:
        """Whether something is in the way that only the buyer can clear."""
        return any((n.severity or "").startswith("requires_buyer") for n in self._obstacles())

    def _obstacles(self) -> list[Notice]:
        return [n for n in self.notices if n.kind == "error" and n.code != PAYMENT_FAILED]

    @property
    def total(self) -> int:
        return next(entry.amount for entry in self.totals if entry.kind == "total")

    @property
    def deal(self) -> str:
        """What a buyer agrees to, in short. What is offered beside what is chosen is no part of it."""
        places = [
            (method.kind, place)
            for method in self.methods or ()
            for place in method.destinations
            if place.destination_id == method.selected_destination_id
        ]
        ways = [  # on which days goods arrive moves on by itself
            replace(option, earliest_at=None, latest_at=None)
            for method in self.methods or ()
            for group in method.groups
            for option in group.options
            if option.option_id == group.selected_option_id
        ]
        agreed = (self.currency, self.lines, self.totals, self.buyer, places, ways)
        return sha256(repr(agreed).encode()).hexdigest()


@dataclass
class Checkout(Aggregate):
    """Belongs to the client that opened it and, once it is touched in the name of an account, to
    that buyer.
    """

    checkout_id: CheckoutId
    client: str
    content: Content
    created_at: datetime
    expires_at: datetime
    status: CheckoutStatus = CheckoutStatus.INCOMPLETE
    attempt_id: AttemptId | None = None
    order_id: OrderId | None = None

    @classmethod
    def opened(
        cls, checkout_id: CheckoutId, client: str, content: Content, now: datetime
    ) -> "Checkout":
        checkout = cls(checkout_id, client, content, now, now + LIFETIME)
        checkout._judge()
        return checkout

    def is_seen_by(self, client: str, account: str | None) -> bool:
        """A client that speaks in nobody's name sees all that is its own."""
        known = self.content.account
        return self.client == client and (None in (account, known) or account == known)

    def belong_to(self, account: str | None) -> None:
        """Be this buyer's from now on, unless it is somebody's already."""
        self.content = replace(self.content, account=self.content.account or account)

    def ascribe(self, attribution: tuple[Attribution, ...] | None) -> None:
        """Have come from there, if something is said of it."""
        if attribution is not None:
            self.content = replace(self.content, attribution=attribution)

    def details(self, now: datetime) -> CheckoutDetails:
        content = self.content
        return CheckoutDetails(
            checkout_id=self.checkout_id,
            client=self.client,
            status=self.status_at(now),
            currency=content.currency,
            lines=content.lines,
            totals=content.totals,
            expires_at=self.expires_at,
            buyer=content.buyer,
            context=content.context,
            codes=content.codes,
            discounts=content.discounts,
            methods=content.methods,
            alternatives=content.alternatives,
            notices=content.notices,
            order_id=self.order_id,
            deal=content.deal,
        )

    def is_active(self, now: datetime) -> bool:
        """Whether it may still become an order."""
        return self.status_at(now) in (*OPEN, CheckoutStatus.IN_PROGRESS)

    def status_at(self, now: datetime) -> CheckoutStatus:
        """One that nobody finished in time is cancelled (UCP CHK-10)."""
        is_expired = self.status in OPEN and now >= self.expires_at
        return CheckoutStatus.CANCELED if is_expired else self.status

    def revise(self, content: Content, now: datetime) -> None:
        """Put this in place of what was wanted."""
        self.require_open(now)
        kept = self.content
        self.content = replace(
            content,
            account=kept.account,
            presentation=kept.presentation,
            cart_id=kept.cart_id,
            attribution=kept.attribution,
        )
        self._judge()

    def begin(self, attempt: Attempt, now: datetime, *, is_by_buyer: bool = False) -> None:
        """Be completed by this attempt, and by no other while it runs."""
        self.require_open(now)
        content = self.content
        if not (content.is_complete_for_buyer if is_by_buyer else content.is_complete):
            raise CheckoutClosed(self.checkout_id, self.status)
        self.status, self.attempt_id = CheckoutStatus.IN_PROGRESS, attempt.attempt_id

    def complete(self, order_id: OrderId) -> None:
        self.status, self.order_id = CheckoutStatus.COMPLETED, order_id

    def reopen(self, notices: tuple[Notice, ...]) -> None:
        """Be as before the attempt, with what it found out."""
        kept = tuple(n for n in self.content.notices if n.kind != "error" or n.severity == REVIEW)
        self.content = replace(self.content, notices=(*notices, *kept))
        self.attempt_id = None
        self._judge()

    def cancel(self, now: datetime) -> None:
        self.require_open(now)
        self.status = CheckoutStatus.CANCELED

    def require_open(self, now: datetime) -> None:
        if self.status_at(now) not in OPEN:
            raise CheckoutClosed(self.checkout_id, self.status_at(now))

    def _judge(self) -> None:
        """What only the buyer can clear comes first: it is told as early as can be (UCP MSG-3)."""
        if self.content.needs_buyer:
            self.status = CheckoutStatus.ESCALATED
        elif self.content.is_complete:
            self.status = CheckoutStatus.READY
        else:
            self.status = CheckoutStatus.INCOMPLETE
