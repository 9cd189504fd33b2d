"""What has run out by itself is of no use. The audit log is for ever."""

from sqlalchemy import Table, and_, false

from domain.contracts.identity import BUYER
from infrastructure.identity.tables import (
    accounts,
    assertions,
    codes,
    grants,
    mail,
    refresh_tokens,
    sessions,
    tickets,
    tries,
)
from infrastructure.shared.routines.purge import Leftovers


def _run_out(table: Table) -> Leftovers:
    its = table.c.expires_at
    return Leftovers("expired", table, lambda before: its < before, (its,))


CODES = Leftovers(
    "claims", codes, lambda before: codes.c.expires_at < before, (codes.c.expires_at,)
)
"""Who shows one a second time ends what was granted for it, for as long as it is known."""
SPENT = Leftovers(
    "claims",
    refresh_tokens,
    lambda before: refresh_tokens.c.spent_at < before,
    (refresh_tokens.c.spent_at,),
)
"""A grant that is used leaves one every few minutes. One so old is refused, and ends nothing."""
OWN_GRANTS = Leftovers(
    "expired",
    grants,
    lambda before: and_(grants.c.account_id.is_(None), grants.c.expires_at < before),
    (grants.c.expires_at,),
)
"""Of clients that act by themselves: one for each token."""
GRANTS = Leftovers(
    "claims",
    grants,
    lambda before: grants.c.expires_at < before,
    (grants.c.expires_at,),
    parts=(refresh_tokens,),
)
"""One that was ended stays as long as it would have been good."""
UNCONFIRMED = Leftovers(
    "attempts",
    accounts,
    lambda before: and_(
        accounts.c.is_confirmed == false(),
        accounts.c.kind == BUYER,
        accounts.c.joined_at < before,
    ),
    (accounts.c.joined_at,),
    parts=(sessions, tickets, mail),
)
"""Anybody can open one with any address: whoever has that address never said it was theirs."""
LEFTOVERS = (
    _run_out(assertions),
    _run_out(sessions),
    _run_out(tickets),
    _run_out(tries),
    CODES,
    SPENT,
    OWN_GRANTS,
    GRANTS,
    UNCONFIRMED,
)
