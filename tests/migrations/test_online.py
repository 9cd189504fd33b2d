"""Tables are changed while others use them: who waits gives up soon, and tries again."""

from asyncio import create_task, sleep, timeout, to_thread

from alembic import command
from sqlalchemy import text

from infrastructure.shared.migrations.tables import migrate, pending, run
from tests.engines import asked, only
from tests.migrations.kept import Kept

SOMEBODY_WAITS = {
    "postgresql": "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
    " WHERE NOT granted AND datname = current_database()",
    "mariadb": "SELECT count(*) FROM information_schema.processlist"
    " WHERE db = DATABASE() AND state = 'Waiting for table metadata lock'",
}
READ = text("SELECT count(*) FROM catalog_products")


def answer(url: str, question: str) -> int:
    with asked(url).connect() as connection:
        return int(connection.scalar(text(question)) or 0)


@only("postgresql", "mariadb")
async def test_who_waits_for_a_table_lets_others_pass_and_tries_again(
    kind: str, database_url: str
) -> None:
    kept = Kept(database_url, ("catalog",))
    await run(database_url, "catalog", command.upgrade, "0001")

    async with timeout(60):
        with asked(database_url).connect() as holder:
            holder.execute(READ)
            migrating = create_task(migrate(kept))
            while not answer(database_url, SOMEBODY_WAITS[kind]):  # noqa: ASYNC110  # it rings no bell
                await sleep(0.02)
            passed = await to_thread(answer, database_url, READ.text)
            is_waiting = not migrating.done()
        await migrating

    assert (passed, is_waiting) == (0, True)
    assert await pending(kept) == []


@only("postgresql")
async def test_an_index_that_was_broken_off_is_made_anew(database_url: str) -> None:
    await run(database_url, "payments", command.upgrade, "0003")
    with asked(database_url).begin() as connection:
        connection.execute(text("CREATE INDEX ix_payments_inbox_state ON payments_inbox (state)"))
        connection.execute(
            text(
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid ="
                " 'ix_payments_inbox_state'::regclass"
            )
        )

    await migrate(Kept(database_url, ("payments",)))

    await run(database_url, "payments", command.check)
    assert answer(database_url, "SELECT count(*) FROM pg_index WHERE NOT indisvalid") == 0
