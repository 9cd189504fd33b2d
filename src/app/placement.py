"""Where a context is kept and how it is told of things: what the container is put together from."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, cast

from dependency_injector import providers
from sqlalchemy.ext.asyncio import AsyncEngine

from app.context_map import CONSUMERS, CONTRACTS, events_of, listeners, sources
from domain.shared.clock import Clock
from domain.shared.dead_letters import DeadLetters
from infrastructure.shared.calls.http_line import (
    Clients,
    deliver_over_http,
    letters_over_http,
    over_http,
)
from infrastructure.shared.calls.wire import far, near, wire
from infrastructure.shared.database.engines import Note, transaction
from infrastructure.shared.database.replica import Replica
from infrastructure.shared.database.replicas import Replicas
from infrastructure.shared.events.broker import Broker
from infrastructure.shared.events.hearing import Hearing
from infrastructure.shared.events.inbox import Inbox
from infrastructure.shared.events.inbox_letters import InboxLetters
from infrastructure.shared.events.lateness import Lateness
from infrastructure.shared.events.relay import Deliver, Relay
from infrastructure.shared.events.tidings import Tidings
from infrastructure.shared.routines.lease import Lease
from infrastructure.shared.routines.purge import Leftovers, Purge, events_left
from infrastructure.shared.routines.rota import Rota
from infrastructure.shared.routines.routine import Bells, Routine, stop_all
from infrastructure.shared.routines.watch import Watched
from infrastructure.shared.seeding import Seed

Provider = providers.Provider[Any]
RETRY_SECONDS = 2.0
"""How often is looked for what is due by now."""
WATCH_SECONDS = 60.0
"""How often is looked for what has waited for days, or for too long."""
REMINDER_SECONDS = 3600.0
"""How often is looked for what waits for another day, where looking reads the orders of days."""
PURGE_SECONDS = 10.0
LATE_SECONDS = 10.0
"""How often is looked whether events wait for too long."""
LEASES = "leases"
"""The bell that is rung where they are given back."""
BROKER = "the broker"
TIDINGS_SECONDS = 0.5
"""How often a process looks for what others changed."""


@dataclass(frozen=True)
class Kept:
    """What a process that hosts a context keeps of it."""

    contract: type
    here: object
    engine: AsyncEngine
    inbox: Inbox | None = None
    purge: Purge | None = None
    seed: Seed | None = None
    lease: Lease | None = None
    routines: Sequence[Routine] = ()
    watched: Sequence[Watched] = ()


def begun(
    engine: Provider,
    repository: type | Provider,
    bells: Provider,
    context: str,
    replica: Provider | None = None,
) -> Provider:
    """How the use cases of a context open a transaction."""
    ring = providers.Callable(Bells.ringer, bells, context)
    note = replica and providers.Callable(_noting, replica)
    return providers.Singleton(partial, transaction, engine, repository, ring, note)


def replicated(replicas: Provider, engine: Provider, config: Any, tables: Any) -> Provider:
    """The replica of a context's database, where the settings name one."""
    writers = _itself(tables.writers)
    return providers.Singleton(Replicas.of, replicas, engine, config.read_database, writers)


def reading(begin: Provider, repository: type, replica: Provider) -> Provider:
    """How lists are read, which may be stale: what decides is never read so."""
    return providers.Callable(_reading, begin, repository, replica)


def received(
    engine: Provider, tables: Any, repository: type | Provider, bells: Provider, context: str
) -> Provider:
    """Where events of others arrive at a context."""
    return providers.Singleton(
        Inbox,
        engine,
        _itself(tables.inbox),
        repository,
        CONSUMERS.get(context, ()),
        providers.Callable(Bells.ringer, bells, context),
    )


def leased(tables: Any) -> Provider:
    """Who does the routines of a context, where many could."""
    return providers.Singleton(Lease, _itself(tables.leases))


def kept(
    contract: type,
    here: Provider,
    engine: Provider,
    inbox: Provider,
    lease: Provider,
    tables: Any,
    bells: Provider,
    container: Provider,
    *more: Provider,
    leftovers: tuple[Leftovers, ...] = (),
    seeding: Provider | None = None,
    watching: Provider | None = None,
    purges: str = "deletes what nobody will ask for any more",
) -> Provider:
    """A context that tells and is told: its events are relayed, what it could not work through is
    tried again, its old events are deleted as its other `leftovers` are, and `more` routines are its
    own; `watching` wakes one of them. Who listens is found in the container by name.
    """
    context = tables.outbox.name.removesuffix("_outbox")
    relay = providers.Singleton(
        Relay,
        engine,
        _itself(tables.outbox),
        providers.Callable(_routes, container, context),
        lease=lease,
    )
    sending = providers.Callable(getattr, relay, "send_waiting")
    bell = providers.Callable(Bells.of, bells, context)
    relayed = providers.Singleton(
        Routine,
        f"{context} relay",
        sending,
        bell=bell,
        lease=lease,
        does="brings events to those who listen, again until they have them",
    )
    trying = providers.Callable(getattr, inbox, "retry_due")
    retried = providers.Singleton(
        Routine,
        f"{context} inbox",
        trying,
        lease=lease,
        does="tries again what a consumer could not work through",
    )
    watched = providers.List(
        providers.Singleton(
            Watched,
            relayed,
            providers.Callable(getattr, relay, "waiting"),
            providers.Callable(getattr, relay, "passes_all"),
        ),
        providers.Singleton(Watched, retried, providers.Callable(getattr, inbox, "due")),
        *([watching] if watching else []),
    )
    purge = _purged(engine, (*events_left(tables.outbox, tables.inbox), *leftovers), container)
    a_while = providers.Callable(getattr, purge, "for_a_while")
    purged = providers.Singleton(
        Routine,
        f"{context} purge",
        a_while,
        every_seconds=PURGE_SECONDS,
        lease=lease,
        does=purges,
    )
    late = _late(engine, tables, context, lease, container)
    heard = providers.Callable(_heard, container, context, inbox, lease)
    own = providers.List(retried, relayed, late, purged, *more)
    routines = providers.Callable(_all, own, heard)
    seed = providers.Singleton(Seed, engine, seeding) if seeding else None
    return providers.Singleton(
        Kept, contract, here, engine, inbox, purge, seed, lease, routines, watched
    )


def hearing(engine: Provider, tables: Any, bells: Provider, hear: Provider) -> Provider:
    """What each process of a context hears of changes that others made, whoever does its routines."""
    context = tables.outbox.name.removesuffix("_outbox")
    tidings = providers.Singleton(Tidings, engine, _itself(tables.outbox), hear)
    return providers.Singleton(
        Routine,
        f"{context} tidings",
        providers.Callable(getattr, tidings, "look"),
        every_seconds=TIDINGS_SECONDS,
        does="hears what other processes changed, for the copies here",
        bell=providers.Callable(Bells.of, bells, context),
    )


def _late(
    engine: Provider, tables: Any, context: str, lease: Provider, container: Provider
) -> Provider:
    lateness = providers.Singleton(
        Lateness,
        engine,
        _itself(tables.outbox),
        context,
        providers.Callable(_late_after, container),
        providers.Callable(_clock, container),
    )
    return providers.Singleton(
        Routine,
        f"{context} lag",
        providers.Callable(getattr, lateness, "look"),
        every_seconds=LATE_SECONDS,
        lease=lease,
        does="warns of events that wait to be sent for too long",
    )


def _late_after(container: Any) -> timedelta:
    return timedelta(seconds=container.config.events_late_seconds())


def _clock(container: Any) -> Clock:
    return cast(Clock, container.clock())


def _purged(engine: Provider, leftovers: tuple[Leftovers, ...], container: Provider) -> Provider:
    days = providers.Callable(_days, container)
    clock = providers.Callable(_clock, container)
    return providers.Singleton(Purge, engine, _itself(leftovers), days, clock)


def _days(container: Any) -> dict[str, int]:
    """How long each kind of leftovers is kept."""
    kinds = ("events", "claims", "attempts")
    days = {kind: getattr(container.config, f"keep_{kind}_days")() for kind in kinds}
    return {**days, "expired": 0}


def rotas(all_kept: Iterable[Kept], bells: Bells, holder: str) -> Iterator[Rota]:
    """One for each database where contexts with routines are kept."""
    with_routines = [kept for kept in all_kept if kept.lease]
    for engine in dict.fromkeys(kept.engine for kept in with_routines):
        here = [kept for kept in with_routines if kept.engine is engine]
        yield Rota(
            engine,
            holder,
            [kept.lease for kept in here if kept.lease],
            [one for kept in here for one in kept.watched],
            [routine for kept in here for routine in kept.routines],
            bells.of(LEASES),
        )


async def stop_rotas(rotas: Sequence[Rota]) -> None:
    """Stop their routines, all under one deadline; then give their leases back."""
    await stop_all(routine for rota in rotas for routine in rota.routines)
    for rota in rotas:
        await rota.give_back()


def _routes(container: Any, source: str) -> dict[str, dict[str, Deliver]]:
    """For each event of a context, who is to be told of it and how; the broker of all, if there is one."""
    if container.config.broker_url():
        publish = container.broker().publish
        return {one.name: {BROKER: publish} for one in events_of(CONTRACTS[source])}
    routes: dict[str, dict[str, Deliver]] = {}
    for context in listeners(source):
        deliver = getattr(container, f"{context}_told")()
        for consumer in CONSUMERS[context]:
            if consumer.event.name.startswith(f"{source}."):
                routes.setdefault(consumer.event.name, {})[context] = deliver
    return routes


def broker_at(url: str, replicas: int, dedup_seconds: float) -> Broker:
    """Its client is imported where there is one: it takes a fifth of a second."""
    from infrastructure.shared.events.nats_broker import NatsBroker

    return NatsBroker(url, replicas=replicas, dedup_seconds=dedup_seconds)


def _heard(container: Any, context: str, inbox: Inbox, lease: Lease) -> list[Routine]:
    """With a broker, a context listens there: a routine for each that it hears."""
    if not container.config.broker_url():
        return []
    found = []
    for source in sources(context):
        subscription = container.broker().subscription(source, context)
        hearing = Hearing(subscription, inbox.receive_all, lease)
        name = f"{context} hears {source}"
        does = "brings what the broker has of it into the inbox"
        found.append(
            Routine(name, hearing.some, every_seconds=hearing.pause, lease=lease, does=does)
        )
    return found


def _all(some: list[Routine], more: list[Routine]) -> list[Routine]:
    return [*some, *more]


def placed(
    contract: type, config: Any, here: Provider, clients: Provider, seal: Provider
) -> Provider:
    """A contract where the settings say it is kept: here, here through the serialiser, or far."""
    client = providers.Callable(Clients.at, clients, config.url)
    over = providers.Singleton(partial, over_http, client, seal, contract)
    return providers.Selector(
        config.placement,
        near=providers.Singleton(near, contract, here),
        wire=providers.Singleton(wire, contract, here),
        far=providers.Singleton(far, contract, over),
    )


def told(config: Any, inbox: Provider, clients: Provider, seal: Provider, context: str) -> Provider:
    """How events are brought to a context: into its inbox here, or over the line."""
    client = providers.Callable(Clients.at, clients, config.url)
    here = providers.Callable(getattr, inbox, "receive_all")
    over = providers.Singleton(partial, deliver_over_http, client, seal, context)
    return providers.Selector(config.placement, near=here, wire=here, far=over)


def every_letters(container: Any) -> dict[str, DeadLetters]:
    """What contexts could not work through, where each of those that listen is kept; without those
    that are neither hosted here nor placed.
    """
    found: dict[str, DeadLetters] = {}
    for context in CONSUMERS:
        its = getattr(container.config, context)
        if (placement := its.placement()) != "far":
            kept = InboxLetters(getattr(container, f"{context}_inbox")())
            found[context] = {"near": near, "wire": wire}[placement](DeadLetters, kept)
        elif url := its.url():
            client = container.clients().at(url)
            over = partial(letters_over_http, client, container.seal(), context)
            found[context] = far(DeadLetters, over)
    return found


def _itself(given: object) -> Provider:
    """A container copies what it is given, but no functions; and a copy of a table is no table: its
    columns forget their types, and what is said of the table does not hold for it."""
    return providers.Callable(lambda: given)


def _noting(replica: Replica | None) -> Note | None:
    return replica.note if replica else None


def _reading(begin: Any, repository: type, replica: Replica | None) -> Any:
    return partial(replica.reading, begin, repository) if replica else begin
