"""How the pages of an account begin and end: who is there, what was sent, what is shown."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response

from app.edge.gate import SignedOut
from app.pages.account.cookies import SESSION, VISIT, Cookies, a_visit
from app.pages.account.fields import Fields, read
from app.pages.account.sources import letting
from app.pages.account.visitor import Visitor, is_bond
from app.pages.guard import Unbound
from app.pages.paper import Paper
from domain.contracts.identity import (
    BUYER,
    FindSession,
    Identity,
    NoSuchSession,
    SessionDetails,
    SignedIn,
    digest,
)

LONGEST_AGENT = 300
DAYS = 90
"""How long a buyer's browser keeps the cookie at the most; how long it is good for is not up to it.
Staff signs in again once the browser was closed.
"""
POLICY = "content-security-policy"


@dataclass(frozen=True)
class Reception:
    identity: Identity
    paper: Paper
    cookies: Cookies

    async def visitor(self, request: Request) -> Visitor:
        visit = self.cookies.read(request, VISIT)
        token = self.cookies.read(request, SESSION)
        session = None
        if token:
            try:
                session = await self.identity.find_session(FindSession(token_digest=digest(token)))
            except NoSuchSession:
                token = ""
        return Visitor(
            visit=visit or a_visit(),
            is_new=not visit,
            token=token,
            session=session,
            source=request.client.host if request.client else "",
            agent=request.headers.get("user-agent", "")[:LONGEST_AGENT],
        )

    async def signed_in(self, request: Request) -> tuple[Visitor, SessionDetails]:
        """Raises `SignedOut` where nobody is."""
        visitor = await self.visitor(request)
        if visitor.session is None:
            raise SignedOut("Nobody has signed in here.")
        return visitor, visitor.session

    async def sent(self, request: Request, bond: str) -> Fields:
        """What was filled in on a page of ours that this very browser was shown.

        Raises `Unreadable` or `Unbound`.
        """
        fields = read(await request.body(), request.headers.get("content-type", ""))
        if not is_bond(fields["token"], bond):
            raise Unbound
        return fields

    def page(
        self,
        visitor: Visitor,
        template: str,
        status: int = 200,
        /,
        *,
        leads_to: str = "",
        **shown: Any,
    ) -> Response:
        """`leads_to` is where the answer to its form may send the browser, beside these pages."""
        page = self.paper.page(
            f"account/{template}", status, root=self.paper.root, visitor=visitor, **shown
        )
        if leads_to:
            page.headers[POLICY] = letting(page.headers[POLICY], leads_to)
        if visitor.is_new:
            self.cookies.set(page, VISIT, visitor.visit)
        return page

    def welcomed(self, signed_in: SignedIn, place: str) -> Response:
        """Whoever knew anything of the browser before knows nothing that is good for this session."""
        response = self.paper.sent_on(place)
        is_buyer = signed_in.session.account.kind == BUYER
        self.cookies.set(response, SESSION, signed_in.token, days=DAYS if is_buyer else None)
        self.cookies.clear(response, VISIT)
        return response

    def parted(self, place: str) -> Response:
        response = self.paper.sent_on(place)
        self.cookies.clear(response, SESSION, VISIT)
        return response
