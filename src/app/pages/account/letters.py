"""Asking for an account, or for another password. What is answered is the same whoever it is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import Request, Response

from app.pages.account import way_back
from app.pages.account.entrance import DOORS, FORGOTTEN
from app.pages.account.errand import Errands
from app.pages.account.fields import (
    Fields,
    FormView,
    patience,
    unfit_in,
    wrong_email,
    wrong_password,
)
from app.pages.account.reception import Reception
from app.pages.account.visitor import Visitor
from domain.contracts.identity import (
    BUYER,
    AskForReset,
    SignUp,
    TooManyTries,
    UnfitAccount,
)

SENT = "sent"
CHOOSE = "Choose a password."


@dataclass(frozen=True)
class Letters:
    """Forms that are answered by mail. `kind` is whose accounts it is about."""

    reception: Reception
    errands: Errands
    kind: str = BUYER

    async def show_sign_up(self, request: Request) -> Response:
        return await self._show(request, "sign_up.html", "/sign-up")

    async def sign_up(self, request: Request) -> Response:
        visitor, fields = await self._sent(request)
        wrong = wrong_email(fields) | wrong_password(fields, "new", CHOOSE)

        async def ask() -> None:
            asked = SignUp(email=fields.email, password=fields["new"], source=visitor.source)
            await self.reception.identity.sign_up(asked)

        return await self._asked(visitor, fields, wrong, ask, "sign_up.html", "/sign-up")

    async def show_forgotten(self, request: Request) -> Response:
        return await self._show(request, "forgot.html", FORGOTTEN[self.kind])

    async def forgotten(self, request: Request) -> Response:
        visitor, fields = await self._sent(request)

        async def ask() -> None:
            asked = AskForReset(email=fields.email, kind=self.kind, source=visitor.source)
            await self.reception.identity.ask_for_reset(asked)

        here = FORGOTTEN[self.kind]
        return await self._asked(visitor, fields, wrong_email(fields), ask, "forgot.html", here)

    async def _show(self, request: Request, template: str, here: str) -> Response:
        visitor = await self.reception.visitor(request)
        back = way_back.ours(request.query_params.get("next", ""))
        is_sent = request.query_params.get("told") == SENT
        return await self._page(visitor, template, here, back, FormView(), is_sent=is_sent)

    async def _sent(self, request: Request) -> tuple[Visitor, Fields]:
        visitor = await self.reception.visitor(request)
        return visitor, await self.reception.sent(request, visitor.bond_before)

    async def _asked(
        self,
        visitor: Visitor,
        fields: Fields,
        wrong: dict[str, str],
        ask: Callable[[], Awaitable[None]],
        template: str,
        here: str,
    ) -> Response:
        back, status, wait = way_back.ours(fields["next"]), 422, 0
        if not wrong:
            try:
                await ask()
                return self.reception.paper.sent_on(way_back.by(here, back, told=SENT))
            except UnfitAccount as unfit:
                wrong = unfit_in(unfit)
            except TooManyTries as many:
                status, wait = 429, many.retry_after_seconds
                wrong = {"": f"There were too many tries. Please try again {patience(wait)}."}
        view = FormView(fields.shown, tuple(wrong.items()))
        page = await self._page(visitor, template, here, back, view, status=status)
        if wait:
            page.headers["retry-after"] = str(wait)
        return page

    async def _page(
        self,
        visitor: Visitor,
        template: str,
        here: str,
        back: str,
        view: FormView,
        *,
        is_sent: bool = False,
        status: int = 200,
    ) -> Response:
        return self.reception.page(
            visitor,
            template,
            status,
            view=view,
            here=here,
            back=back,
            door=way_back.by(DOORS[self.kind], back),
            asked=await self.errands.of(back),
            is_sent=is_sent,
        )
