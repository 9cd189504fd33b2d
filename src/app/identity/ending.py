"""What an account's owner let others do is over."""

from datetime import datetime

from domain.contracts.identity import AccountId
from domain.identity.account import Account
from domain.identity.ports import Book


async def end_grants(book: Book, account_id: AccountId, now: datetime) -> None:
    """Codes first: what one of them leads to meanwhile is found among the grants then."""
    await book.codes.void(account_id)
    for grant in await book.grants.of_account(account_id):
        grant.end(now)
        await book.grants.save(grant)


async def close(book: Book, account: Account, now: datetime) -> None:
    """Nothing is left but what the audit log and ended grants say of its id.

    Refuses with `UnknownAccount` where it is no buyer.
    """
    account.close()
    await end_grants(book, account.account_id, now)
    await book.accounts.remove(account)
    await book.audit.write("account_closed", str(account.account_id))
