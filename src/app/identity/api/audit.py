"""What was done, by whom: read only."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.edge.desk import After, Moment, Most, Page, staff
from app.identity.api.bodies import EntryBody
from domain.contracts.identity import Identity, ListAudit, UnknownPlace

Actor = Annotated[str | None, Query(max_length=200, description="Of this actor alone.")]
Subject = Annotated[str | None, Query(max_length=200, description="About this alone.")]
Since = Annotated[Moment | None, Query(description="From then on: RFC 3339, with its zone.")]


def add(routes: APIRouter, identity: Identity) -> None:
    @routes.get("/audit", **staff("list_audit", "identity:read", UnknownPlace))
    async def list_audit(
        after: After = None,
        limit: Most = 100,
        since: Since = None,
        actor: Actor = None,
        subject: Subject = None,
    ) -> Page[EntryBody]:
        """Security events, and what staff and machines did, oldest first. Nothing of it can be
        changed.
        """
        asked = ListAudit(after=after, most=limit, since=since, actor=actor, subject=subject)
        page = await identity.list_audit(asked)
        return Page(items=tuple(map(EntryBody.of, page.items)), next=page.next)
