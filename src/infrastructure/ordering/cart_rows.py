"""Carts as rows: what is looked for in columns, what is wanted as one document."""

from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.ordering import Request, UnknownCart
from domain.ordering.cart import Cart, CartState
from domain.ordering.ports import CartStanding
from domain.shared.model import Conflict
from domain.shared.values import CartId
from infrastructure.ordering.attempt_rows import Row
from infrastructure.ordering.checkout_rows import content_json
from infrastructure.ordering.claim_rows import OWN_CLAIM, claim_of, naming
from infrastructure.ordering.tables import carts, claims

CLAIM = select(claims).where(OWN_CLAIM)


class CartRows:
    """The carts of the order book."""

    _connection: AsyncConnection

    async def cart_standing(self, request: Request, cart_id: CartId | None) -> CartStanding:
        claim = (await self._connection.execute(CLAIM, naming(request))).mappings().first()
        return CartStanding(
            claim=claim_of(claim) if claim else None,
            cart=await self._find_cart(cart_id) if cart_id else None,
        )

    async def cart(self, cart_id: CartId) -> Cart:
        if (cart := await self._find_cart(cart_id)) is None:
            raise UnknownCart(cart_id)
        return cart

    async def save_cart(self, cart: Cart) -> None:
        if cart.version == 0:
            new = {"cart_id": cart.cart_id, "client": cart.client, "created_at": cart.created_at}
            try:
                await self._connection.execute(insert(carts), {**new, **_changing(cart)})
            except IntegrityError as exists:
                raise Conflict(cart.cart_id) from exists
        else:
            unchanged = (carts.c.cart_id == cart.cart_id, carts.c.version == cart.version)
            these = update(carts).where(*unchanged).values(_changing(cart))
            if (await self._connection.execute(these)).rowcount == 0:
                raise Conflict(cart.cart_id)
        cart.version += 1

    async def close_cart(self, cart_id: CartId) -> None:
        bought = {"state": CartState.BOUGHT, "version": carts.c.version + 1}
        one = update(carts).where(carts.c.cart_id == cart_id).values(bought)
        await self._connection.execute(one)

    async def _find_cart(self, cart_id: CartId) -> Cart | None:
        one = select(carts).where(carts.c.cart_id == cart_id)
        row = (await self._connection.execute(one)).mappings().first()
        return cart_of(row) if row else None


def _changing(cart: Cart) -> dict[str, Any]:
    return {
        "state": cart.state,
        "expires_at": cart.expires_at,
        "checkout_id": cart.checkout_id,
        "content": content_json.dump_json(cart.content, exclude_defaults=True).decode(),
        "version": cart.version + 1,
    }


def cart_of(row: Row) -> Cart:
    return Cart(
        cart_id=row["cart_id"],
        client=row["client"],
        content=content_json.validate_json(row["content"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        state=CartState(row["state"]),
        checkout_id=row["checkout_id"],
        version=row["version"],
    )
