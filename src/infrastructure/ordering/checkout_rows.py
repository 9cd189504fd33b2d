"""A checkout as a row: what is looked for in columns, what is wanted as one document."""

from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import RowMapping

from domain.ordering.checkout import Checkout, CheckoutStatus, Content

content_json: TypeAdapter[Content] = TypeAdapter(Content)


def checkout_row(checkout: Checkout) -> dict[str, Any]:
    """All of a new one."""
    return {
        "checkout_id": checkout.checkout_id,
        "client": checkout.client,
        "created_at": checkout.created_at,
        "expires_at": checkout.expires_at,
        **changing(checkout),
    }


def changing(checkout: Checkout) -> dict[str, Any]:
    """What may be otherwise than it was."""
    return {
        "status": checkout.status,
        "attempt_id": checkout.attempt_id,
        "order_id": checkout.order_id,
        "content": content_json.dump_json(checkout.content, exclude_defaults=True).decode(),
        "version": checkout.version + 1,
    }


def checkout_of(row: RowMapping | dict[str, Any]) -> Checkout:
    return Checkout(
        checkout_id=row["checkout_id"],
        client=row["client"],
        content=content_json.validate_json(row["content"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        status=CheckoutStatus(row["status"]),
        attempt_id=row["attempt_id"],
        order_id=row["order_id"],
        version=row["version"],
    )
