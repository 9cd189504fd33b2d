"""The tools of the MCP binding (UCP MCP-2, MCP-4): each stands for an operation over REST."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mcp_types import Tool as ListedTool
from mcp_types import ToolAnnotations
from pydantic import BaseModel

from app.ucp.bodies import CartBody, CheckoutBody, NewCheckoutBody
from app.ucp.capabilities import READS, ROOTS
from app.ucp.described import RESOURCE
from app.ucp.goods.bodies import LookupBody, ProductBody, SearchBody
from app.ucp.payment import CompleteBody
from app.ucp.presentation import Presentation

META: dict[str, Any] = {
    "type": "object",
    "required": ["ucp-agent"],
    "properties": {
        "ucp-agent": {
            "type": "object",
            "required": ["profile"],
            "properties": {"profile": {"type": "string", "format": "uri"}},
        },
        "idempotency-key": {"type": "string"},
    },
}
KEYED: dict[str, Any] = {**META, "required": ["ucp-agent", "idempotency-key"]}
CHECKOUTS, CARTS, CATALOG = "/checkout-sessions", "/carts", "catalog"


@dataclass(frozen=True)
class Tool:
    """`payload` is the argument that is sent as the body; in the `path`, `{id}` is an argument."""

    name: str
    about: str
    method: str
    path: str
    payload: str = ""
    body: type[BaseModel] | None = None
    needs_key: bool = False

    @property
    def needs_id(self) -> bool:
        return "{id}" in self.path

    def listed(self) -> ListedTool:
        """As it is told of: what it takes, and that what it answers is a resource (MCP-6)."""
        sent: dict[str, Any] = self.body.model_json_schema() if self.body else {}
        definitions = sent.pop("$defs", {})
        named: Mapping[str, Any] = {
            "meta": KEYED if self.needs_key else META,
            **({"id": {"type": "string"}} if self.needs_id else {}),
            **({self.payload: sent} if self.payload else {}),
        }
        schema = {"type": "object", "required": list(named), "properties": dict(named)}
        return ListedTool(
            name=self.name,
            description=self.about,
            input_schema=schema | ({"$defs": definitions} if definitions else {}),
            output_schema=RESOURCE,
            annotations=ToolAnnotations(
                read_only_hint=self.name in READS, idempotent_hint=self.needs_key or None
            ),
        )


_CREATE_CHECKOUT = (
    "Begin to buy these items, or those of a cart: says what they cost, and what is still missing."
)
_UPDATE_CHECKOUT = (
    "Put this in place of all that was wanted of items, buyer, delivery and codes: says what it costs now, and "
    "what is still missing."
)
_CREATE_CART = "Keep items that may be bought later, and estimate what they cost. Promises nothing."
_UPDATE_CART = "Put this in place of all that was in a cart, and estimate what it costs."
_CHECKOUT, _CART = "checkout", "cart"
_ALL = (
    Tool("create_checkout", _CREATE_CHECKOUT, "POST", CHECKOUTS, _CHECKOUT, NewCheckoutBody),
    Tool("get_checkout", "Say how a checkout stands.", "GET", f"{CHECKOUTS}/{{id}}"),
    Tool(
        "update_checkout", _UPDATE_CHECKOUT, "PUT", f"{CHECKOUTS}/{{id}}", _CHECKOUT, CheckoutBody
    ),
    Tool(
        "complete_checkout",
        "Pay, and place the order of a checkout that is ready_for_complete.",
        "POST",
        f"{CHECKOUTS}/{{id}}/complete",
        _CHECKOUT,
        CompleteBody,
        needs_key=True,
    ),
    Tool(
        "cancel_checkout",
        "Give a checkout up, for good.",
        "POST",
        f"{CHECKOUTS}/{{id}}/cancel",
        needs_key=True,
    ),
    Tool("create_cart", _CREATE_CART, "POST", CARTS, _CART, CartBody),
    Tool("get_cart", "Say what is in a cart, and what it would cost.", "GET", f"{CARTS}/{{id}}"),
    Tool("update_cart", _UPDATE_CART, "PUT", f"{CARTS}/{{id}}", _CART, CartBody),
    Tool(
        "cancel_cart", "Give a cart up, for good.", "POST", f"{CARTS}/{{id}}/cancel", needs_key=True
    ),
    Tool(
        "get_order",
        "Say how an order stands: what was sent, returned and refunded.",
        "GET",
        "/orders/{id}",
    ),
    Tool(
        "search_catalog",
        "Find products that have all of the given words, by categories and prices too, page by page: few words "
        "find more.",
        "POST",
        "/catalog/search",
        CATALOG,
        SearchBody,
    ),
    Tool(
        "lookup_catalog",
        "Find products and variants by their ids.",
        "POST",
        "/catalog/lookup",
        CATALOG,
        LookupBody,
    ),
    Tool(
        "get_product",
        "Show one product, and what is left of it when some of its options are chosen.",
        "POST",
        "/catalog/product",
        CATALOG,
        ProductBody,
    ),
)


def tools(shown: Presentation) -> dict[str, Tool]:
    """All tools of the capabilities that are offered, by their names."""
    return {tool.name: tool for tool in _ALL if ROOTS[tool.name] in shown.capabilities}
