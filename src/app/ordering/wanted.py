"""What is wanted of a checkout or a cart, before it is priced."""

from dataclasses import dataclass, replace

from domain.contracts.ordering import (
    Buyer,
    BuyerContext,
    CreateCart,
    KnownBuyer,
    UpdateCart,
    WantedLine,
    WantedMethod,
)
from domain.ordering.checkout import Content
from domain.ordering.who_buys import merged


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is `None` was not mentioned: with `is_merge`, `known` has it.

    Of what `is_new` there is nothing yet that would be kept where all of it is sold out. Nothing is
    delivered of what is but an estimate.
    """

    lines: tuple[WantedLine, ...]
    buyer: Buyer | None
    context: BuyerContext | None
    codes: tuple[str, ...] | None
    methods: tuple[WantedMethod, ...] | None
    may_split: bool | None = None
    known: Content | None = None
    is_merge: bool = False
    offers_stored_addresses: bool = False
    known_buyer: KnownBuyer | None = None
    account: str | None = None
    checks_stock: bool = True
    may_be_stale: bool = True
    is_new: bool = False
    is_estimate: bool = False

    @property
    def is_known(self) -> bool:
        """Whether the buyer lets themselves be known, now or before."""
        return bool(self.account or (self.known and self.known.account))

    @property
    def splits(self) -> bool:
        """Whether goods of one method may travel in several groups, as was said last (UCP FUL-6)."""
        return (
            bool(self.known and self.known.may_split) if self.may_split is None else self.may_split
        )

    def completed(self) -> "Wanted":
        """What was not mentioned, as the checkout had it."""
        if not (self.is_merge and self.known):
            return self
        known = self.known
        return replace(
            self,
            buyer=merged(self.buyer, known.buyer),
            context=self.context or known.context,
            codes=known.codes if self.codes is None else self.codes,
        )

    @classmethod
    def still(cls, content: Content) -> "Wanted":
        """The same again, as priced now and not a moment ago: for this is what is bought.

        Stock is left to whoever will hold it.
        """
        return cls(
            lines=wanted_lines(content),
            buyer=content.buyer,
            context=content.context,
            codes=content.codes,
            methods=None,
            known=content,
            is_merge=True,
            checks_stock=False,
            may_be_stale=False,
        )

    @classmethod
    def about(cls, cart: CreateCart | UpdateCart, known: Content | None = None) -> "Wanted":
        """What is wanted of a cart."""
        return cls(
            lines=cart.lines,
            buyer=cart.buyer,
            context=cart.context,
            codes=cart.codes,
            methods=None,
            known=known,
            account=cart.request.account,
            is_new=known is None,
            is_estimate=True,
        )


def wanted_lines(content: Content) -> tuple[WantedLine, ...]:
    """The lines that are there, wanted as they are."""
    return tuple(
        WantedLine(
            sku=line.sku, quantity=line.quantity, line_id=line.line_id, parent_id=line.parent_id
        )
        for line in content.lines
    )
