"""One's own account: who one is here, another password, no account any more."""

from dataclasses import dataclass

from fastapi import Request, Response

from app.pages.account import told, way_back
from app.pages.account.fields import FormView, patience, unfit_in, wrong_password
from app.pages.account.letters import CHOOSE
from app.pages.account.reception import Reception
from app.pages.account.visitor import Visitor
from domain.contracts.identity import (
    BUYER,
    ChangePassword,
    CloseAccount,
    SessionDetails,
    TooManyTries,
    UnfitAccount,
    WrongCredentials,
)

NOT_IT = "This is not your password."
NEEDED = "Enter the password that you have now."


@dataclass(frozen=True)
class OwnAccount:
    reception: Reception

    async def show(self, request: Request) -> Response:
        visitor, session = await self.reception.signed_in(request)
        note = told.said(request.query_params.get("told", ""))
        return self._page(visitor, session, note=note)

    async def change_password(self, request: Request) -> Response:
        visitor, session = await self.reception.signed_in(request)
        fields = await self.reception.sent(request, visitor.bond)
        wrong = wrong_password(fields, "old", NEEDED) | wrong_password(fields, "new", CHOOSE)
        if wrong:
            return self._page(visitor, session, wrong)
        change = ChangePassword(
            account_id=session.account.account_id,
            session_id=session.session_id,
            old=fields["old"],
            new=fields["new"],
        )
        try:
            await self.reception.identity.change_password(change)
        except WrongCredentials:
            return self._page(visitor, session, {"old": NOT_IT})
        except UnfitAccount as unfit:
            return self._page(visitor, session, unfit_in(unfit))
        except TooManyTries as many:
            return self._too_many(visitor, session, many)
        return self.reception.paper.sent_on(way_back.by(way_back.HOME, told="password"))

    async def close(self, request: Request) -> Response:
        visitor, session = await self.reception.signed_in(request)
        fields = await self.reception.sent(request, visitor.bond)
        if wrong := wrong_password(fields, "password", NEEDED):
            return self._page(visitor, session, wrong)
        account = session.account
        try:
            await self.reception.identity.close_account(
                CloseAccount(account_id=account.account_id, password=fields["password"])
            )
        except WrongCredentials:
            return self._page(visitor, session, {"password": NOT_IT})
        except TooManyTries as many:
            return self._too_many(visitor, session, many)
        return self.reception.parted("/sign-in?told=closed")

    def _too_many(self, visitor: Visitor, session: SessionDetails, many: TooManyTries) -> Response:
        wait = many.retry_after_seconds
        text = f"There were too many tries. Please try again {patience(wait)}."
        page = self._page(visitor, session, {"": text}, status=429)
        page.headers["retry-after"] = str(wait)
        return page

    def _page(
        self,
        visitor: Visitor,
        session: SessionDetails,
        wrong: dict[str, str] | None = None,
        *,
        note: str = "",
        status: int = 200,
    ) -> Response:
        return self.reception.page(
            visitor,
            "account.html",
            422 if wrong and status == 200 else status,
            view=FormView(problems=tuple((wrong or {}).items())),
            account=session.account,
            is_buyer=session.account.kind == BUYER,
            note=note,
            at="account",
        )
