"""What clients send to a checkout (UCP section 10.1), and what ordering is told of it.

Members that are not named here are ignored (GEN-5, GEN-6): never kept, never echoed.
"""

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt

from app.ucp.attribution import Attributed, attribution
from app.ucp.errors import BadRequest
from app.ucp.presentation import BUYER_CONSENT, DISCOUNT, FULFILLMENT, Presentation
from domain.contracts.ordering import (
    Buyer,
    BuyerContext,
    CreateCart,
    CreateCheckout,
    Destination,
    KnownBuyer,
    Request,
    UnknownCart,
    UpdateCart,
    UpdateCheckout,
    WantedGroup,
    WantedLine,
    WantedMethod,
)
from domain.shared.ids import from_public
from domain.shared.values import MOST_UNITS, Address, CartId, CheckoutId, Consents, Quantity, Sku

_Claim = re.compile(r"[a-z][a-z0-9]*(?:\.[a-z][a-z0-9_]*)+")


def _without_controls(text: str) -> str:
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise ValueError("control characters are not allowed")
    return text


def _nothing_if_blank(text: str | None) -> str | None:
    return (text.strip() or None) if text else None


Clean = AfterValidator(_without_controls)
Blank = AfterValidator(_nothing_if_blank)
Line = Annotated[str, Field(max_length=500), Clean]
Word = Annotated[Line | None, Blank]
Name = Annotated[str, Field(min_length=1, max_length=100), Clean]
Reference = Annotated[Annotated[str, Field(max_length=100), Clean] | None, Blank]


class Body(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class ItemBody(Body):
    id: Annotated[Name, Field(description="The id of a variant, as the catalog tells it.")]


class LineItemBody(Body):
    id: Annotated[
        Reference,
        Field(description="The id that this line was answered with; none for a new line."),
    ] = None
    item: ItemBody
    quantity: Annotated[StrictInt, Field(ge=1, le=MOST_UNITS)]
    parent_id: Annotated[
        Reference, Field(description="The id of the line that this one belongs to.")
    ] = None

    def wanted(self) -> WantedLine:
        return WantedLine(
            sku=Sku(self.item.id),
            quantity=Quantity(self.quantity),
            line_id=self.id,
            parent_id=self.parent_id,
        )


class ConsentBody(Body):
    analytics: StrictBool | None = None
    preferences: StrictBool | None = None
    marketing: StrictBool | None = None
    sale_of_data: StrictBool | None = None


class BuyerBody(Body):
    first_name: Word = None
    last_name: Word = None
    email: Word = None
    phone_number: Word = None
    consent: ConsentBody | None = None

    def buyer(self) -> Buyer:
        return Buyer(
            first_name=self.first_name,
            last_name=self.last_name,
            email=self.email,
            phone_number=self.phone_number,
            consents=Consents(**self.consent.model_dump()) if self.consent else None,
        )


class ContextBody(Body):
    address_country: Annotated[Word, Field(description="Two letters (ISO 3166-1).")] = None
    address_region: Word = None
    postal_code: Word = None
    intent: Annotated[Annotated[str, Field(max_length=2000), Clean] | None, Blank] = None
    language: Annotated[Word, Field(description="What the buyer reads (BCP 47).")] = None
    currency: Annotated[Word, Field(description="Three letters (ISO 4217): a wish.")] = None
    eligibility: Annotated[
        Annotated[list[Line], Field(max_length=50)] | None,
        Field(
            description="What the buyer claims to be, such as com.example.gold: no names of people."
        ),
    ] = None

    def context(self) -> BuyerContext:
        """Claims that could not be anyone's are left out: they must not be refused (ELG-1)."""
        claims = (_Claim.fullmatch(claim) for claim in self.eligibility or ())
        found = dict.fromkeys(claim.group() for claim in claims if claim)
        return BuyerContext(**self.model_dump(exclude={"eligibility"}), eligibility=tuple(found))


class DiscountsBody(Body):
    codes: Annotated[
        Annotated[list[Line], Field(max_length=20)] | None,
        Field(description="All codes, in the order in which they apply; an empty list drops them."),
    ] = None


class DestinationBody(Body):
    id: Annotated[
        Reference, Field(description="One that was offered, or none for a new address.")
    ] = None
    first_name: Word = None
    last_name: Word = None
    street_address: Word = None
    extended_address: Word = None
    address_locality: Word = None
    address_region: Word = None
    address_country: Word = None
    postal_code: Word = None
    phone_number: Word = None

    def destination(self) -> Destination:
        address = Address(**self.model_dump(exclude={"id"}))
        return Destination(address=address, destination_id=self.id)


class GroupBody(Body):
    id: Annotated[Reference, Field(description="As it was answered; none at first.")] = None
    selected_option_id: Annotated[
        Reference, Field(description="One of the options that the group was answered with.")
    ] = None

    def group(self) -> WantedGroup:
        return WantedGroup(group_id=self.id, selected_option_id=self.selected_option_id)


class MethodBody(Body):
    id: Annotated[Reference, Field(description="As it was answered; none at first.")] = None
    type: Annotated[Literal["shipping", "pickup"] | None, Field(description="Needed at first.")] = (
        None
    )
    line_item_ids: Annotated[
        Annotated[list[Name], Field(max_length=100)] | None,
        Field(description="The lines that go this way; all, where it is the only one."),
    ] = None
    destinations: Annotated[
        Annotated[list[DestinationBody], Field(max_length=50)] | None,
        Field(description="Where goods may go; those of a pickup are offered."),
    ] = None
    selected_destination_id: Annotated[Reference, Field(description="One of the destinations.")] = (
        None
    )
    groups: Annotated[
        Annotated[list[GroupBody], Field(max_length=50)] | None,
        Field(
            description="How each parcel goes: its options are answered once the destination is known."
        ),
    ] = None

    def method(self) -> WantedMethod:
        ids, places, groups = self.line_item_ids, self.destinations, self.groups
        return WantedMethod(
            kind=self.type,
            method_id=self.id,
            line_ids=None if ids is None else tuple(ids),
            destinations=None if places is None else tuple(p.destination() for p in places),
            selected_destination_id=self.selected_destination_id,
            groups=None if groups is None else tuple(group.group() for group in groups),
        )


class FulfillmentBody(Body):
    methods: Annotated[list[MethodBody], Field(max_length=20)] | None = None


class WantedBody(Body):
    """What a buyer wants of goods, and who and where they are."""

    line_items: Annotated[list[LineItemBody], Field(min_length=1, max_length=100)]
    buyer: BuyerBody | None = None
    context: ContextBody | None = None
    discounts: DiscountsBody | None = None

    def within(self, shown: Presentation, language: str | None = None) -> Self:
        """What is of an extension that was not negotiated means nothing here (UCP NAM-6, A-71). The
        `language` is the buyer's where the context says none (RST-19).
        """
        active = shown.capabilities
        update: dict[str, Any] = {}
        if language and not (self.context and self.context.language):
            said = self.context or ContextBody()
            update["context"] = said.model_copy(update={"language": language})
        if DISCOUNT not in active:
            update["discounts"] = None
        if FULFILLMENT not in active and "fulfillment" in type(self).model_fields:
            update["fulfillment"] = None
        if BUYER_CONSENT not in active and self.buyer:
            update["buyer"] = self.buyer.model_copy(update={"consent": None})
        return self.model_copy(update=update) if update else self

    def _lines(self) -> tuple[WantedLine, ...]:
        _require_distinct("line_items", (line.id for line in self.line_items))
        return tuple(line.wanted() for line in self.line_items)

    def _buyer(self) -> Buyer | None:
        return self.buyer.buyer() if self.buyer else None

    def _context(self) -> BuyerContext | None:
        return self.context.context() if self.context else None

    def _codes(self) -> tuple[str, ...] | None:
        codes = self.discounts.codes if self.discounts else None
        return None if codes is None else tuple(codes)


class CheckoutBody(WantedBody):
    """What a buyer wants, as a whole."""

    fulfillment: FulfillmentBody | None = None
    attribution: Attributed = None

    def update(
        self,
        request: Request,
        checkout_id: CheckoutId,
        known_buyer: KnownBuyer | None,
        *,
        is_interop: bool,
        may_split: bool = False,
    ) -> UpdateCheckout:
        """What is not mentioned is removed (CHK-22); in interop mode it stays (INTEROP 5)."""
        return UpdateCheckout(
            request=request,
            checkout_id=checkout_id,
            lines=self._lines(),
            buyer=self._buyer(),
            context=self._context(),
            codes=self._codes(),
            methods=self._methods(),
            offers_stored_addresses=is_interop,
            is_merge=is_interop,
            known_buyer=known_buyer,
            may_split=may_split,
            attribution=attribution(self.attribution if is_interop else self.attribution or {}),
        )

    def _methods(self) -> tuple[WantedMethod, ...] | None:
        methods = self.fulfillment.methods if self.fulfillment else None
        return None if methods is None else tuple(method.method() for method in methods)


class NewCheckoutBody(CheckoutBody):
    """What a buyer wants, as a whole. Of a cart, it has the items of the cart, whatever is said of items
    here (A-49).
    """

    line_items: Annotated[
        list[LineItemBody],
        Field(max_length=100, description="What is bought: needed, unless a cart says it."),
    ] = Field(default_factory=list)
    cart_id: Annotated[
        Reference, Field(description="The cart whose items, buyer and codes are taken.")
    ] = None

    def create(
        self,
        request: Request,
        known_buyer: KnownBuyer | None,
        *,
        is_interop: bool,
        has_carts: bool,
        may_split: bool = False,
    ) -> CreateCheckout:
        """In interop mode known buyers are offered their addresses, whoever asks (INTEROP 14). A
        cart is named only by clients that know of carts (CAR-8).
        """
        cart_id = cart_named(self.cart_id) if self.cart_id and has_carts else None
        if not (self.line_items or cart_id):
            raise BadRequest("body.line_items: at least one item is needed")
        return CreateCheckout(
            request=request,
            lines=() if cart_id else self._lines(),
            buyer=self._buyer(),
            context=self._context(),
            codes=self._codes(),
            methods=self._methods(),
            offers_stored_addresses=is_interop,
            known_buyer=known_buyer,
            cart_id=cart_id,
            may_split=may_split,
            attribution=attribution(self.attribution),
        )


class CartBody(WantedBody):
    """A cart as a whole. Its id is in the path; one that is sent too must be the same (UCP A-50)."""

    id: Reference = None
    attribution: Attributed = None

    def create(self, request: Request) -> CreateCart:
        return CreateCart(
            request=request,
            lines=self._lines(),
            buyer=self._buyer(),
            context=self._context(),
            codes=self._codes(),
            attribution=attribution(self.attribution),
        )

    def update(self, request: Request, cart_id: CartId) -> UpdateCart:
        if self.id and from_public("cart", self.id) != cart_id:
            raise BadRequest("body.id: the path names another cart")
        return UpdateCart(
            request=request,
            cart_id=cart_id,
            lines=self._lines(),
            buyer=self._buyer(),
            context=self._context(),
            codes=self._codes(),
            attribution=attribution(self.attribution),
        )


def cart_named(text: str) -> CartId:
    """What is no id of ours names nothing (ERR-6)."""
    if (known := from_public("cart", text)) is None:
        raise UnknownCart(CartId(UUID(int=0)))
    return CartId(known)


def _require_distinct(where: str, names: Iterable[str | None]) -> None:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            raise BadRequest(f"body.{where}.{index}.id: another has this id")
        if name:
            seen.add(name)
