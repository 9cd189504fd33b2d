"""Whether somebody agrees to what a client asks for: the pages of the authorization endpoint."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request, Response

from app.edge.acting import acting
from app.oauth.authorize import Asked, Authorization, Redirected, Unredirectable
from app.pages.account import way_back
from app.pages.account.consent_view import consent_view
from app.pages.account.entrance import DOORS, PROOF
from app.pages.account.reception import Reception
from app.pages.account.visitor import Visitor, bond, is_bond
from app.pages.form import Unreadable
from app.pages.guard import Unbound
from domain.contracts.identity import BUYER, NONE, ListGrants, SessionDetails

ANEW = {"login", "select_account"}
PROOF_LASTS = timedelta(minutes=5)


@dataclass(frozen=True)
class Consent:
    reception: Reception
    authorization: Authorization
    clock: Callable[[], datetime]

    async def show(self, request: Request) -> Response:
        told, _, proof = request.scope["query_string"].partition(f"&{PROOF}=".encode())
        place = way_back.to_authorize(told)
        if not (query := way_back.errand(place)):
            return self._lost(Unredirectable("the request is empty, or too long"))
        try:
            asked = await self.authorization.asked(query)
        except Unredirectable as lost:
            return self._lost(lost)
        except Redirected as refused:
            return self._away(refused.location)
        visitor = await self.reception.visitor(request)
        if not (session := self._session(visitor, asked, query, proof.decode("latin-1"))):
            if "none" in asked.prompts:
                return self._away(self.authorization.refused(asked, "login_required"))
            door = way_back.by(DOORS[asked.account_kind], place)
            return self.reception.paper.sent_on(door)
        return await self._ask(visitor, session, asked, place)

    async def decide(self, request: Request) -> Response:
        """What is granted is what the page was about, whatever else the form says."""
        visitor = await self.reception.visitor(request)
        form = await self.reception.sent(request, visitor.bond)
        query = way_back.errand(form["asked"])
        try:
            asked = await self.authorization.asked(query)
        except (Unredirectable, Redirected) as gone:
            raise Unbound from gone  # it was good when the page was shown
        session = visitor.session
        if session is None or not is_bond(form["seal"], seal(visitor, form["asked"], asked)):
            raise Unbound
        if form["do"] == "deny":
            return self._away(self.authorization.denied(asked))
        if form["do"] != "allow" or not _may_grant(session, asked):
            raise Unreadable
        return await self._granted(visitor, session, asked)

    async def _ask(
        self, visitor: Visitor, session: SessionDetails, asked: Asked, place: str
    ) -> Response:
        is_silent = "none" in asked.prompts
        if not _may_grant(session, asked):
            if is_silent:
                return self._away(self.authorization.refused(asked, "interaction_required"))
            return self.reception.page(
                visitor, "unconfirmed.html", 403, email=session.account.email, back=place
            )
        if await self._is_agreed(session, asked):
            return await self._granted(visitor, session, asked)
        if is_silent:
            return self._away(self.authorization.refused(asked, "consent_required"))
        return self.reception.page(
            visitor,
            "consent.html",
            leads_to=asked.redirect_uri,
            view=consent_view(asked, session),
            asked=place,
            seal=seal(visitor, place, asked),
        )

    def _session(
        self, visitor: Visitor, asked: Asked, query: str, proof: str
    ) -> SessionDetails | None:
        """The session, if it will do. One that was begun for this very request does, for a while."""
        session, now = visitor.session, self.clock()
        if session is None or session.account.kind != asked.account_kind:
            return None
        known = bond(visitor.token, PROOF, query)
        if is_bond(proof, known) and now - session.signed_in_at <= PROOF_LASTS:
            return session
        is_fit = not asked.prompts & ANEW and asked.is_signed_in(session, now)
        return session if is_fit else None

    async def _is_agreed(self, session: SessionDetails, asked: Asked) -> bool:
        """Whether that much was granted before to the same client, and still is. Whoever cannot show
        that it is that client is never taken at its word (RFC 6749, 10.2).
        """
        if "consent" in asked.prompts or not _is_known(asked):
            return False
        listed = ListGrants(account_id=session.account.account_id)
        linked = await self.reception.identity.list_grants(listed)
        return any(
            one.grant.client_id == asked.client.client_id
            and one.grant.audience == asked.audience
            and set(asked.scopes) <= set(one.grant.scopes)
            for one in linked.items
        )

    async def _granted(self, visitor: Visitor, session: SessionDetails, asked: Asked) -> Response:
        with acting(visitor.actor):
            return self._away(await self.authorization.granted(asked, session))

    def _lost(self, lost: Unredirectable) -> Response:
        lines = (
            "Who sent you here asked in a way that cannot be answered. Nothing was done.",
            f"What they need to know: {lost.because}",
        )
        return self.reception.paper.said("This cannot be asked here", *lines, status=400)

    def _away(self, location: str) -> Response:
        response = self.reception.paper.sent_on("")
        response.headers["location"] = location
        return response


def seal(visitor: Visitor, place: str, asked: Asked) -> str:
    """What a page about this request has on it: nobody else's page, and none about another."""
    about = (asked.client.client_id, asked.redirect_uri, asked.audience, *asked.scopes)
    return bond(visitor.secret, "consent", place, *about)


def _may_grant(session: SessionDetails, asked: Asked) -> bool:
    account = session.account
    return account.kind == asked.account_kind and (account.kind != BUYER or account.is_confirmed)


def _is_known(asked: Asked) -> bool:
    """Whether the client can show who it is, and is answered where no other can listen."""
    return asked.client.auth_method != NONE and asked.redirect_uri.startswith("https://")
