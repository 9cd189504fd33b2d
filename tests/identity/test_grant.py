"""What a client may do, and for how long."""

from datetime import timedelta
from uuid import uuid4

from domain.contracts.identity import AccountId, ClientId, GrantEnded, GrantId, GrantToClient
from domain.identity.grant import Grant
from tests.identity.linked import AUDIENCE, NOW, an_agreement

CLIENT, ACCOUNT, GRANT = ClientId("a-client"), AccountId(uuid4()), GrantId(uuid4())
DAYS = timedelta(days=90)


def a_grant() -> Grant:
    return Grant.agreed(GRANT, an_agreement(CLIENT, ACCOUNT), NOW, DAYS)


def test_what_was_agreed_to_is_granted_and_no_more() -> None:
    agreed = an_agreement(CLIENT, ACCOUNT)

    details = a_grant().details

    assert (details.scopes, details.audience) == (agreed.scopes, agreed.audience)
    assert (details.client_id, details.account_id) == (CLIENT, ACCOUNT)
    assert (details.authenticated_at, details.nonce) == (agreed.authenticated_at, "once")


def test_it_is_good_until_its_end_however_often_it_is_used() -> None:
    grant = a_grant()

    grant.use(NOW + DAYS - timedelta(seconds=1))

    assert grant.is_good(NOW + DAYS - timedelta(seconds=1))
    assert not grant.is_good(NOW + DAYS)


def test_a_client_that_acts_by_itself_acts_for_nobody() -> None:
    asked = GrantToClient(client_id=CLIENT, scopes=("orders:read",), audience=AUDIENCE)

    own = Grant.own(GRANT, asked, NOW, timedelta(minutes=10))

    assert own.details.account_id is None
    assert not own.is_good(NOW + timedelta(minutes=10))


def test_it_ends_once() -> None:
    grant = a_grant()

    assert grant.end(NOW)
    assert not grant.end(NOW + timedelta(days=1))

    assert not grant.is_good(NOW)
    assert grant.details.ended_at == NOW
    assert grant.take_events() == [GrantEnded(grant_id=GRANT, client_id=CLIENT, account_id=ACCOUNT)]


def test_it_is_its_clients_and_its_accounts_and_nobody_elses() -> None:
    grant = a_grant()

    assert grant.is_of(None, None)
    assert grant.is_of(CLIENT, ACCOUNT)
    assert not grant.is_of(ClientId("another"), None)
    assert not grant.is_of(None, AccountId(uuid4()))
    assert not grant.is_of(CLIENT, AccountId(uuid4()))
