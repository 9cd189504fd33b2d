"""What a link in a letter opens: an e-mail address is confirmed, a password is chosen anew.

Opening the link does nothing by itself, for those who look letters through open links too. Who
confirms an address shows the password besides: a stranger may have signed up with it.
"""

import re
from dataclasses import dataclass

from fastapi import Request, Response

from app.pages.account import way_back
from app.pages.account.entrance import DOORS, FORGOTTEN
from app.pages.account.fields import FormView, patience, unfit_in, wrong_password
from app.pages.account.letters import CHOOSE
from app.pages.account.reception import Reception
from app.pages.account.visitor import Visitor
from domain.contracts.identity import (
    BUYER,
    ConfirmEmail,
    NoSuchTicket,
    ResetPassword,
    TooManyTries,
    UnfitAccount,
    WrongCredentials,
    digest,
)

TICKET = re.compile(r"[A-Za-z0-9_-]{20,100}")
CHOSEN = "Enter the password that you chose when you signed up."
NOT_IT = "This is not the password that was chosen. You can choose another."
OVER = "It has been used, or is too old. You can have another sent."


@dataclass(frozen=True)
class Tickets:
    reception: Reception

    async def show_confirm(self, request: Request) -> Response:
        if not (ticket := _in(request)):
            return self._over()
        visitor = await self.reception.visitor(request)
        return self._confirm_page(visitor, ticket, FormView())

    async def confirm(self, request: Request) -> Response:
        visitor = await self.reception.visitor(request)
        fields = await self.reception.sent(request, visitor.bond_before)
        ticket = fields["ticket"] if TICKET.fullmatch(fields["ticket"]) else ""
        if wrong := wrong_password(fields, "password", CHOSEN):
            return self._confirm_page(visitor, ticket, FormView(problems=tuple(wrong.items())), 422)
        confirm = ConfirmEmail(ticket_digest=digest(ticket), password=fields["password"])
        try:
            await self.reception.identity.confirm_email(confirm)
        except NoSuchTicket:
            return self._over()
        except WrongCredentials:
            view = FormView(problems=(("password", NOT_IT),))
            return self._confirm_page(visitor, ticket, view, 422)
        except TooManyTries as many:
            return self._too_many(visitor, ticket, many.retry_after_seconds)
        return self.reception.paper.sent_on(way_back.by(DOORS[BUYER], told="confirmed"))

    async def show_reset(self, request: Request) -> Response:
        if "ticket" not in request.query_params:
            return self.reception.paper.sent_on(FORGOTTEN[BUYER])
        if not (ticket := _in(request)):
            return self._over()
        visitor = await self.reception.visitor(request)
        return self._reset_page(visitor, ticket, FormView())

    async def reset(self, request: Request) -> Response:
        visitor = await self.reception.visitor(request)
        fields = await self.reception.sent(request, visitor.bond_before)
        ticket = fields["ticket"] if TICKET.fullmatch(fields["ticket"]) else ""
        wrong = wrong_password(fields, "new", CHOOSE)
        if not wrong:
            try:
                account = await self.reception.identity.reset_password(
                    ResetPassword(
                        ticket_digest=digest(ticket),
                        password=fields["new"],
                        source=visitor.source,
                    )
                )
                door = way_back.by(DOORS[account.kind], told="reset")
                return self.reception.parted(door)
            except NoSuchTicket:
                return self._over()
            except UnfitAccount as unfit:
                wrong = unfit_in(unfit)
        view = FormView(problems=tuple(wrong.items()))
        return self._reset_page(visitor, ticket, view, status=422)

    def _too_many(self, visitor: Visitor, ticket: str, wait: int) -> Response:
        text = f"There were too many tries. Please try again {patience(wait)}."
        page = self._confirm_page(visitor, ticket, FormView(problems=(("", text),)), 429)
        page.headers["retry-after"] = str(wait)
        return page

    def _confirm_page(
        self, visitor: Visitor, ticket: str, view: FormView, status: int = 200
    ) -> Response:
        return self.reception.page(visitor, "confirm.html", status, view=view, ticket=ticket)

    def _reset_page(
        self, visitor: Visitor, ticket: str, view: FormView, status: int = 200
    ) -> Response:
        return self.reception.page(visitor, "reset.html", status, view=view, ticket=ticket)

    def _over(self) -> Response:
        paper = self.reception.paper
        go = (f"{paper.root}{FORGOTTEN[BUYER]}", "Have another link sent")
        return paper.said("This link is no longer good", OVER, status=404, go=go)


def _in(request: Request) -> str:
    """The ticket in an address, if it can be one."""
    told = request.query_params.get("ticket", "")
    return told if TICKET.fullmatch(told) else ""
