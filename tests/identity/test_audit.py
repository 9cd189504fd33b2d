"""What was done is written down, in the name of whoever did it, by the `Identity` contract."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from domain.contracts.identity import (
    AuditEntry,
    EndApiKey,
    Identity,
    ListAudit,
    MakeApiKey,
    NoteDeed,
    RegisterClient,
    RenewSecret,
    UnfitClient,
    UnknownPlace,
    UpdateClient,
)
from infrastructure.shared.clock import utc_now
from infrastructure.shared.envelope import Envelope, carrying
from tests.conftest import KeptHouse
from tests.identity.linked import a_client


@pytest.fixture
def identity(house: KeptHouse) -> Identity:
    return house.contract(Identity)


async def entries(identity: Identity, subject: str) -> tuple[AuditEntry, ...]:
    return (await identity.list_audit(ListAudit(subject=subject))).items


async def test_what_somebody_did_is_written_down_in_their_name(identity: Identity) -> None:
    subject, before = f"sku-{uuid4().hex}", utc_now() - timedelta(seconds=1)

    with carrying(Envelope.opened(actor="staff:jane")):
        noted = await identity.note_deed(
            NoteDeed(deed="adjust_stock", subject=subject, outcome="done")
        )

    (entry,) = await entries(identity, subject)
    assert entry.entry_id == noted.entry_id
    assert before < entry.at <= utc_now()
    assert (entry.actor, entry.deed, entry.outcome) == ("staff:jane", "adjust_stock", "done")


async def test_what_is_too_long_or_strange_is_cut_and_never_refused(identity: Identity) -> None:
    subject = uuid4().hex + "ü\x00\n" * 999

    await identity.note_deed(NoteDeed(deed="d" * 999, subject=subject, outcome="o" * 999))

    (entry,) = await entries(identity, subject)
    assert entry.subject == subject[:200].replace("\x00", " ").replace("\n", " ")
    assert (entry.deed, entry.outcome) == ("d" * 64, "o" * 64)


async def test_every_change_of_a_client_is_written_down_and_no_secret(identity: Identity) -> None:
    client = a_client()
    told = await identity.register_client(RegisterClient(details=client))
    renewed = await identity.renew_secret(RenewSecret(client_id=client.client_id))
    changed = UpdateClient(details=replace(client, is_disabled=True), version=None)
    await identity.update_client(changed)
    await identity.update_client(changed)
    with pytest.raises(UnfitClient):
        await identity.update_client(replace(changed, details=replace(client, name="")))

    written = await entries(identity, client.client_id)

    assert [entry.deed for entry in written] == [
        "client_registered",
        "secret_renewed",
        "client_changed",
    ]
    assert written[-1].detail == "is_disabled"
    assert not any((s or "") in repr(written) for s in (told.secret, renewed.secret))


async def test_that_a_key_was_made_and_ended_is_written_down_once(identity: Identity) -> None:
    made = await identity.make_api_key(MakeApiKey(name="a machine", scopes=("orders:read",)))
    for _ in range(2):
        await identity.end_api_key(EndApiKey(key_id=made.details.key_id))

    written = await entries(identity, str(made.details.key_id))

    assert [entry.deed for entry in written] == ["api_key_made", "api_key_ended"]
    assert (made.key or "") not in repr(written)


async def test_entries_are_read_page_by_page_oldest_first(identity: Identity) -> None:
    actor = f"staff:{uuid4().hex}"
    with carrying(Envelope.opened(actor=actor)):
        for number in range(5):
            await identity.note_deed(NoteDeed(deed=str(number), subject="it", outcome="done"))
    asked, read = ListAudit(actor=actor, most=2), []

    while True:
        page = await identity.list_audit(asked)
        read += [entry.deed for entry in page.items]
        if page.next is None:
            break
        asked = replace(asked, after=page.next)

    assert read == ["0", "1", "2", "3", "4"]


async def test_entries_since_a_time_are_read(identity: Identity) -> None:
    subject = uuid4().hex
    await identity.note_deed(NoteDeed(deed="it", subject=subject, outcome="done"))
    asked = ListAudit(subject=subject, since=utc_now() - timedelta(minutes=1))

    assert len((await identity.list_audit(asked)).items) == 1

    later = replace(asked, since=utc_now() + timedelta(minutes=1))
    assert (await identity.list_audit(later)).items == ()


async def test_no_page_ends_there(identity: Identity) -> None:
    with pytest.raises(UnknownPlace):
        await identity.list_audit(ListAudit(after="nowhere"))
