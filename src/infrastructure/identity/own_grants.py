"""Grants of clients that ask in their own name: those that come at one moment are kept at once."""

from collections.abc import Sequence

from domain.identity.grant import Grant
from domain.identity.ports import Begin
from infrastructure.shared.database.group_commit import GroupCommit


def kept_together(begin: Begin) -> GroupCommit[Grant, bool]:
    async def keep(some: Sequence[Grant]) -> Sequence[bool]:
        async with begin() as book:
            kept = await book.grants.add_own(some)
        return [grant.grant_id in kept for grant in some]

    return GroupCommit(keep)
