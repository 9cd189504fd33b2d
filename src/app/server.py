"""Server processes: two listeners each, and a way to stop that drops nothing."""

from asyncio import Event, TaskGroup, get_running_loop, run, sleep
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from signal import SIGINT, SIGTERM
from socket import (
    IPPROTO_TCP,
    SO_REUSEADDR,
    SO_REUSEPORT,
    SOCK_STREAM,
    SOL_SOCKET,
    getaddrinfo,
    socket,
)

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp
from structlog import get_logger

from app.container import Container
from app.main import create_apps
from app.settings import Settings
from app.workers import KeepsDying, Workers
from infrastructure.shared.backup.sqlite_restore import RestoreBrokeOff, require_restored
from infrastructure.shared.database.sqlite_lock import ServedAlready, only_server_of
from infrastructure.shared.routines.lease import a_holder
from infrastructure.shared.routines.routine import SECONDS_TO_FINISH
from infrastructure.shared.routines.siblings import Post

LISTEN_BACKLOG = 2048
MOST_HEADER_BYTES = 32_768
MOST_AT_ONCE = 1000
"""Requests under way, for each listener; more are answered 503."""
log = get_logger("server")


class Listener(uvicorn.Server):
    """A uvicorn server that leaves signals to the process it is one of two in."""

    def capture_signals(self) -> nullcontext[None]:  # type: ignore[override]
        return nullcontext()


class CannotServe(Exception):
    """Something that this server needs is not there, or not to be had; says what."""


def serve(settings: Settings, container: Container | None = None) -> None:
    """Serve until SIGTERM or SIGINT; then take no more, and finish what has begun."""
    container = container or Container()
    with ExitStack() as stack:
        for url in sorted({settings.database_of(context) for context in settings.contexts}):
            try:
                stack.enter_context(only_server_of(url))
                require_restored(url)
            except (ServedAlready, RestoreBrokeOff) as taken:
                raise CannotServe(str(taken)) from taken
        outer, inner = (stack.enter_context(door) for door in _doors(settings))
        if settings.workers == 1:
            _serve_on(settings, container, outer + inner)
        else:
            _serve_by_many(settings, container, outer, inner)


def _doors(settings: Settings) -> Iterator[AbstractContextManager[list[socket]]]:
    """Where the world comes in, and where our other processes do: a socket for each worker."""
    yield bound("FREESTONE_", settings.host, settings.port, settings.workers)
    if settings.internal_keys:
        host, port = settings.internal_host, settings.internal_port
        yield bound("FREESTONE_INTERNAL_", host, port, settings.workers)
    else:
        yield nullcontext([])


def _serve_by_many(
    settings: Settings, container: Container, outer: list[socket], inner: list[socket]
) -> None:
    holder = a_holder()

    def work(number: int, life: int) -> None:
        container.siblings.override(post.siblings_of(number))
        container.holder.override(f"{holder}/{number}")  # whoever follows goes on with its leases
        doors = [*outer[number : number + 1], *inner[number : number + 1]]
        _serve_on(settings, container, doors, life)

    with closing(Post(settings.workers)) as post:
        try:
            Workers(settings.workers, work, seconds_to_stop=_seconds_to_stop(settings)).run()
        except KeepsDying as why:
            raise CannotServe(str(why)) from why


def _seconds_to_stop(settings: Settings) -> float:
    """The longest that one takes: for its requests, then its routines, then its attempts."""
    return settings.drain_seconds + SECONDS_TO_FINISH + settings.drain_seconds


def _serve_on(
    settings: Settings, container: Container, doors: list[socket], life: int | None = None
) -> None:
    public, inside = create_apps(settings, container)
    apps: list[tuple[ASGIApp, socket]] = list(zip((public, inside), doors, strict=False))
    run(_serve(settings, public, apps, life))


async def _serve(
    settings: Settings,
    public: FastAPI,
    apps: list[tuple[ASGIApp, socket]],
    life: int | None,
) -> None:
    """The house is opened before the first request and closed after the last, whoever took it."""
    stopping = Event()
    for signal in (SIGTERM, SIGINT):
        get_running_loop().add_signal_handler(signal, stopping.set)
    if life is not None:
        once_readable(life, stopping.set)
    configs = [
        _config(app, settings, settings.trusted_proxies if app is public else ()) for app, _ in apps
    ]
    listeners = [(Listener(config), on) for config, (_, on) in zip(configs, apps, strict=True)]
    async with public.router.lifespan_context(public), TaskGroup() as serving:
        for listener, on in listeners:
            serving.create_task(_until(stopping, listener, on))
            await _started(listener)
        if settings.environment == "production" and not settings.base_url.startswith("https://"):
            log.warning("FREESTONE_PUBLIC_URL does not begin with https://: clients will not come")
        if "identity" in settings.contexts and settings.post == "none":
            log.warning("FREESTONE_MAIL_URL is not set: letters about accounts wait")
        log.info(
            "serving",
            url=settings.base_url,
            environment=settings.environment,
            interop=settings.interop,
            contexts=",".join(settings.contexts),
        )
        await stopping.wait()
        log.info("stopping", seconds=settings.drain_seconds)
        for listener, _ in listeners:
            listener.should_exit = True


def once_readable(file: int, tell: Callable[[], None]) -> None:
    """Tell it once: what has ended can be read for ever after, on every turn of the loop."""
    loop = get_running_loop()

    def hear() -> None:
        loop.remove_reader(file)
        tell()

    loop.add_reader(file, hear)


async def _until(stopping: Event, listener: Listener, on: socket) -> None:
    """Serve; and when one listener ends, for whatever reason, so does the other."""
    try:
        await listener.serve(sockets=[on])
    finally:
        stopping.set()


def _config(app: ASGIApp, settings: Settings, proxies: tuple[str, ...]) -> uvicorn.Config:
    """`proxies` are believed where they say whom they ask for."""
    return uvicorn.Config(
        app,
        http="h11",  # the other one takes headers without end
        h11_max_incomplete_event_size=MOST_HEADER_BYTES,
        limit_concurrency=MOST_AT_ONCE,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        timeout_graceful_shutdown=int(settings.drain_seconds),
        timeout_keep_alive=30,
        backlog=LISTEN_BACKLOG,
    )


async def _started(listener: Listener) -> None:
    while not (listener.started or listener.should_exit):  # noqa: ASYNC110  # uvicorn has no event for it
        await sleep(0.005)


@contextmanager
def bound(named: str, host: str, port: int, workers: int = 1) -> Iterator[list[socket]]:
    """A listening socket for each worker. What cannot be had is told by the setting that asks for it.

    The system spreads connections over the sockets of one port. It takes no stranger among them: the
    first is bound before it may be shared.
    """
    try:
        family = getaddrinfo(host, port, type=SOCK_STREAM)[0][0]
    except OSError as unknown:
        raise CannotServe(f"{named}HOST: {host}: {unknown.strerror}") from unknown
    with ExitStack() as stack:
        doors: list[socket] = []
        for _ in range(workers):  # the protocol is named, or Nagle's delay stays on
            door = stack.enter_context(socket(family, SOCK_STREAM, IPPROTO_TCP))
            door.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
            if doors:
                door.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1)
            try:
                door.bind((host, doors[0].getsockname()[1] if doors else port))
            except OSError as taken:
                raise CannotServe(f"{named}PORT: {host}:{port}: {taken.strerror}") from taken
            if workers > 1:
                door.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1)
            door.listen(LISTEN_BACKLOG)
            doors.append(door)
        yield doors
