"""A server that is killed while a cart becomes a checkout: there is one of it, or none yet."""

from uuid import uuid4

import pytest
from aiohttp import ClientError, ClientSession

from tests.faults.shop import Shop
from tests.faults.test_order_process import at


@pytest.mark.thorough
@pytest.mark.ucp("CAR-10", "IDM-3")
@pytest.mark.parametrize("place", ["ordering:2:before", "ordering:2:after"])
async def test_a_kill_between_leaves_one_checkout_of_a_cart(
    shop: Shop, client: ClientSession, place: str
) -> None:
    doomed, key = shop.served_with("kill", place), str(uuid4())
    buyer = at(doomed, client)
    buyer.is_trusting = True
    lines = [{"item": {"id": "bouquet_roses"}, "quantity": 2}]
    cart = await buyer.ask("POST", "/carts", {"line_items": lines})
    wanted = {"line_items": [], "cart_id": cart.body["id"]}
    shop.armed.touch()

    with pytest.raises(ClientError):
        await buyer.ask("POST", "/checkout-sessions", wanted, key=key)
    assert doomed.wait() == -9
    shop.armed.unlink()

    buyer = at(shop.served(), client)
    first = await buyer.ask("POST", "/checkout-sessions", wanted, key=key)
    again = await buyer.ask("POST", "/checkout-sessions", wanted)
    assert (first.status, again.status) == (201, 200)
    assert again.body["id"] == first.body["id"]
