"""Who may do what in somebody's name, and taking that back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from fastapi import Request, Response

from app.pages.account import told
from app.pages.account.permissions import Permission, permissions
from app.pages.account.reception import Reception
from domain.contracts.identity import (
    BUYER,
    AccountId,
    ClientId,
    EndGrant,
    LinkedClient,
    ListGrants,
)

HERE = "/account/platforms"
MOST_PAGES = 20


@dataclass(frozen=True, kw_only=True)
class LinkedView:
    """One client, whatever number of times it was agreed to."""

    client_id: ClientId
    name: str
    host: str
    permissions: tuple[Permission, ...]
    since: datetime
    used_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Linked:
    reception: Reception

    async def show(self, request: Request) -> Response:
        visitor, session = await self.reception.signed_in(request)
        return self.reception.page(
            visitor,
            "platforms.html",
            platforms=views(await self._linked(session.account.account_id)),
            is_buyer=session.account.kind == BUYER,
            note=told.said(request.query_params.get("told", "")),
            at="platforms",
        )

    async def unlink(self, request: Request) -> Response:
        """All that a client was granted: until nothing is left, for a list has an end."""
        visitor, session = await self.reception.signed_in(request)
        fields = await self.reception.sent(request, visitor.bond)
        account_id = session.account.account_id
        for _ in range(MOST_PAGES):
            linked = await self._linked(account_id)
            theirs = [one for one in linked if one.grant.client_id == fields["client"]]
            for one in theirs:
                grant = EndGrant(grant_id=one.grant.grant_id, account_id=account_id)
                await self.reception.identity.end_grant(grant)
            if not theirs:
                break
        return self.reception.paper.sent_on(f"{HERE}?told=unlinked")

    async def _linked(self, account_id: AccountId) -> tuple[LinkedClient, ...]:
        asked = ListGrants(account_id=account_id)
        return (await self.reception.identity.list_grants(asked)).items


def views(linked: Iterable[LinkedClient]) -> tuple[LinkedView, ...]:
    by_client: dict[ClientId, list[LinkedClient]] = {}
    for one in linked:
        by_client.setdefault(one.grant.client_id, []).append(one)
    return tuple(_view(grants) for grants in by_client.values())


def host_of(address: str | None) -> str:
    """Whose an address is; nothing, if there is none."""
    return (urlsplit(address or "").hostname or "").lower()


def _view(linked: list[LinkedClient]) -> LinkedView:
    newest, grants = linked[0], [one.grant for one in linked]
    return LinkedView(
        client_id=newest.grant.client_id,
        name=newest.client_name,
        host=host_of(newest.profile_url),
        permissions=permissions({scope for grant in grants for scope in grant.scopes}),
        since=min(grant.granted_at for grant in grants),
        used_at=max(grant.used_at for grant in grants),
        expires_at=max(grant.expires_at for grant in grants),
    )
