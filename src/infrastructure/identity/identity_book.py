from sqlalchemy.ext.asyncio import AsyncConnection

from infrastructure.identity.accounts import SqlAccounts
from infrastructure.identity.api_keys import SqlApiKeys
from infrastructure.identity.audit import SqlAudit
from infrastructure.identity.clients import SqlClients
from infrastructure.identity.codes import SqlCodes
from infrastructure.identity.grants import SqlGrants
from infrastructure.identity.mail import SqlMail
from infrastructure.identity.refresh_tokens import SqlRefreshTokens
from infrastructure.identity.sessions import SqlSessions
from infrastructure.identity.tickets import SqlTickets
from infrastructure.identity.tries import SqlTried


class SqlIdentityBook:
    """All that identity keeps, in one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.accounts = SqlAccounts(connection)
        self.sessions = SqlSessions(connection)
        self.tickets = SqlTickets(connection)
        self.mail = SqlMail(connection)
        self.tries = SqlTried(connection)
        self.audit = SqlAudit(connection)
        self.clients = SqlClients(connection)
        self.api_keys = SqlApiKeys(connection)
        self.codes = SqlCodes(connection)
        self.grants = SqlGrants(connection)
        self.refresh_tokens = SqlRefreshTokens(connection, self.grants)
