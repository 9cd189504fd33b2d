"""Where somebody is signed in, and ending that."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import Request, Response

from app.pages.account import told
from app.pages.account.agents import named
from app.pages.account.reception import Reception
from app.pages.form import Unreadable
from domain.contracts.identity import EndSession, ListSessions, SessionDetails, SessionId

HERE = "/account/sessions"
MOST_PAGES = 20


@dataclass(frozen=True)
class SessionView:
    name: str
    details: SessionDetails
    is_this: bool


@dataclass(frozen=True)
class SignedInAt:
    reception: Reception

    async def show(self, request: Request) -> Response:
        visitor, own = await self.reception.signed_in(request)
        asked = ListSessions(account_id=own.account.account_id)
        listed = (await self.reception.identity.list_sessions(asked)).items
        views = [
            SessionView(named(one.agent), one, one.session_id == own.session_id) for one in listed
        ]
        return self.reception.page(
            visitor,
            "sessions.html",
            sessions=sorted(views, key=lambda view: not view.is_this),
            note=told.said(request.query_params.get("told", "")),
            at="sessions",
        )

    async def end(self, request: Request) -> Response:
        """One, or all but this."""
        visitor, own = await self.reception.signed_in(request)
        fields = await self.reception.sent(request, visitor.bond)
        account_id, which = own.account.account_id, fields["session"]
        if which == "others":
            await self._end_others(own)
            return self.reception.paper.sent_on(f"{HERE}?told=others_ended")
        one = EndSession(account_id=account_id, session_id=_id(which))
        await self.reception.identity.end_session(one)
        if own.session_id == one.session_id:
            return self.reception.parted("/sign-in?told=signed_out")
        return self.reception.paper.sent_on(f"{HERE}?told=ended")

    async def _end_others(self, own: SessionDetails) -> None:
        """Until none is left, for a list has an end."""
        for _ in range(MOST_PAGES):
            others = await self._others(own)
            for session_id in others:
                one = EndSession(account_id=own.account.account_id, session_id=session_id)
                await self.reception.identity.end_session(one)
            if not others:
                break

    async def _others(self, own: SessionDetails) -> tuple[SessionId, ...]:
        asked = ListSessions(account_id=own.account.account_id)
        listed = (await self.reception.identity.list_sessions(asked)).items
        return tuple(one.session_id for one in listed if one.session_id != own.session_id)


def _id(told: str) -> SessionId:
    try:
        return SessionId(UUID(told))
    except ValueError as broken:
        raise Unreadable from broken
