"""Staff: who they are, and what each may do."""

from uuid import UUID

from fastapi import APIRouter, Response

from app.edge.authority import Asking
from app.edge.desk import After, IfMatch, Most, Page, etag, staff
from app.identity.api.bodies import MemberBody, NewMemberBody, RoleBody
from domain.contracts.identity import (
    ROLES,
    AccountChanged,
    AccountExists,
    AccountId,
    AddStaff,
    ChangeStaff,
    GetStaff,
    Identity,
    LastOwner,
    ListStaff,
    UnfitAccount,
    UnknownAccount,
    UnknownPlace,
)

ALL, ONE = "/staff", "/staff/{account_id}"
READ, WRITE = "identity:read", "identity:write"
CREATED = staff("add_staff", WRITE, UnfitAccount, AccountExists, status=201, tagged=True)
CHANGED = staff(
    "change_staff", WRITE, UnknownAccount, UnfitAccount, AccountChanged, LastOwner, tagged=True
)


def add(routes: APIRouter, identity: Identity) -> None:
    @routes.get(ALL, **staff("list_staff", READ, UnknownPlace))
    async def list_staff(after: After = None, limit: Most = 20) -> Page[MemberBody]:
        """In the order in which they came, those who are disabled too."""
        page = await identity.list_staff(ListStaff(after=after, most=limit))
        return Page(items=tuple(map(MemberBody.of, page.items)), next=page.next)

    @routes.post(ALL, **CREATED)
    async def add_staff(body: NewMemberBody, asking: Asking, response: Response) -> MemberBody:
        """Let somebody in. Adding who is there already, in the same role, changes nothing."""
        asking.require(ROLES.get(body.role, ()))
        account = await identity.add_staff(AddStaff(email=body.email, role=body.role))
        response.headers["location"] = f"/v1/staff/{account.account_id}"
        response.headers["etag"] = etag(account.version)
        return MemberBody.of(account)

    @routes.get(ONE, **staff("get_staff", READ, UnknownAccount, tagged=True))
    async def get_staff(account_id: UUID, response: Response) -> MemberBody:
        """One of them; the version is in the `ETag`."""
        account = await identity.get_staff(GetStaff(account_id=AccountId(account_id)))
        response.headers["etag"] = etag(account.version)
        return MemberBody.of(account)

    @routes.put(ONE, **CHANGED)
    async def change_staff(
        account_id: UUID, body: RoleBody, version: IfMatch, asking: Asking, response: Response
    ) -> MemberBody:
        """Give them another role, or none of it for now: within a second it holds everywhere."""
        known = await identity.get_staff(GetStaff(account_id=AccountId(account_id)))
        asking.require(ROLES.get(known.role or "", ()))
        asking.require(ROLES.get(body.role, ()))
        account = await identity.change_staff(
            ChangeStaff(
                account_id=AccountId(account_id),
                role=body.role,
                is_disabled=body.is_disabled,
                version=known.version if version is None else version,
            )
        )
        response.headers["etag"] = etag(account.version)
        return MemberBody.of(account)
