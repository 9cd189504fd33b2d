from fastapi import APIRouter

from app.edge.desk import After, Most, Page, staff
from app.ordering.api.said import Sought
from app.ordering.api.shown_returns import AttemptBody
from domain.contracts.ordering import ListAttempts, Ordering, UnfitRequest


def add(routes: APIRouter, ordering: Ordering) -> None:
    @routes.get("/attempts", **staff("list_attempts", "orders:read", UnfitRequest))
    async def list_attempts(
        state: Sought = None, after: After = None, limit: Most = 20
    ) -> Page[AttemptBody]:
        """Attempts to place an order, the newest first: where each stands, and why.

        State is running, undoing, completed or failed.
        """
        page = await ordering.list_attempts(ListAttempts(state=state, after=after, most=limit))
        return Page(items=tuple(AttemptBody.of(one) for one in page.items), next=page.next)
