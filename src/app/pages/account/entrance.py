"""Signing in and out. What is answered does not tell who has an account."""

from dataclasses import dataclass

from fastapi import Request, Response

from app.edge.acting import acting
from app.pages.account import told, way_back
from app.pages.account.errand import Errands
from app.pages.account.fields import Fields, FormView, patience, wrong_email, wrong_password
from app.pages.account.reception import Reception
from app.pages.account.visitor import Visitor, bond
from domain.contracts.identity import (
    BUYER,
    STAFF,
    EndSession,
    SignedIn,
    SignIn,
    TooManyTries,
    WrongCredentials,
)

DOORS = {BUYER: "/sign-in", STAFF: "/staff/sign-in"}
FORGOTTEN = {BUYER: "/forgot", STAFF: "/staff/forgot"}
WRONG = "This e-mail address and this password do not belong together."
PROOF = "signed_in_for"


@dataclass(frozen=True)
class Entrance:
    """`kind` is whose accounts it is for."""

    reception: Reception
    errands: Errands
    kind: str

    async def show(self, request: Request) -> Response:
        asked = request.query_params
        visitor = await self.reception.visitor(request)
        note = told.said(asked.get("told", ""))
        return await self._page(
            visitor, way_back.ours(asked.get("next", "")), FormView(), note=note
        )

    async def enter(self, request: Request) -> Response:
        visitor = await self.reception.visitor(request)
        fields = await self.reception.sent(request, visitor.bond_before)
        back = way_back.ours(fields["next"])
        wrong = wrong_email(fields) | wrong_password(fields, "password", "Enter your password.")
        if wrong:
            return await self._again(visitor, back, fields, *wrong.items())
        try:
            signed_in = await self._sign_in(visitor, fields)
        except WrongCredentials:
            return await self._again(visitor, back, fields, ("email", WRONG))
        except TooManyTries as too_many:
            text = f"There were too many tries. Please try again {patience(too_many.retry_after_seconds)}."
            page = await self._again(visitor, back, fields, ("", text), status=429)
            page.headers["retry-after"] = str(too_many.retry_after_seconds)
            return page
        await self._leave(visitor)
        return self.reception.welcomed(signed_in, proven(back, signed_in.token))

    async def leave(self, request: Request) -> Response:
        """End it where it is kept, and not in the browser alone."""
        visitor = await self.reception.visitor(request)
        if visitor.session:
            await self.reception.sent(request, visitor.bond)
        await self._leave(visitor)
        return self.reception.parted(way_back.by(DOORS[self.kind], told="signed_out"))

    async def _sign_in(self, visitor: Visitor, fields: Fields) -> SignedIn:
        return await self.reception.identity.sign_in(
            SignIn(
                email=fields.email,
                password=fields["password"],
                kind=self.kind,
                source=visitor.source,
                agent=visitor.agent,
            )
        )

    async def _leave(self, visitor: Visitor) -> None:
        if known := visitor.session:
            session = EndSession(account_id=known.account.account_id, session_id=known.session_id)
            with acting(visitor.actor):
                await self.reception.identity.end_session(session)

    async def _again(
        self,
        visitor: Visitor,
        back: str,
        fields: Fields,
        *problems: tuple[str, str],
        status: int = 422,
    ) -> Response:
        return await self._page(visitor, back, FormView(fields.shown, problems), status=status)

    async def _page(
        self, visitor: Visitor, back: str, view: FormView, note: str = "", status: int = 200
    ) -> Response:
        asked = await self.errands.of(back)
        return self.reception.page(
            visitor,
            "sign_in.html",
            status,
            leads_to=asked.redirect_uri if asked else "",
            view=view,
            note=note,
            back=back,
            asked=asked,
            is_staff=self.kind == STAFF,
            here=DOORS[self.kind],
            forgotten=way_back.by(FORGOTTEN[self.kind], back),
            joining=way_back.by("/sign-up", back),
        )


def proven(back: str, token: str) -> str:
    """Back to a request, with what shows that somebody has signed in for that very request."""
    if not (query := way_back.errand(back)):
        return back
    return f"{back}&{PROOF}={bond(token, PROOF, query)}"
