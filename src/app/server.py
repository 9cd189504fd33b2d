"""One server process: two listeners, and a way to stop that drops nothing."""

from asyncio import Event, TaskGroup, get_running_loop, run, sleep
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from signal import SIGINT, SIGTERM
from socket import IPPROTO_TCP, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, getaddrinfo, socket

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp
from structlog import get_logger

from app.container import Container
from app.main import create_apps
from app.settings import Settings
from infrastructure.shared.sqlite_lock import ServedAlready, only_server_of
from infrastructure.shared.sqlite_restore import RestoreBrokeOff, require_restored

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
    public, inside = create_apps(settings, container)
    with ExitStack() as stack:
        for url in sorted({settings.database_of(context) for context in settings.contexts}):
            try:
                stack.enter_context(only_server_of(url))
                require_restored(url)
            except (ServedAlready, RestoreBrokeOff) as taken:
                raise CannotServe(str(taken)) from taken
        outer = stack.enter_context(bound("FREESTONE_", settings.host, settings.port))
        apps: list[tuple[ASGIApp, socket]] = [(public, outer)]
        if settings.internal_keys:
            inner = stack.enter_context(
                bound("FREESTONE_INTERNAL_", settings.internal_host, settings.internal_port)
            )
            apps.append((inside, inner))
        run(_serve(settings, public, apps))


async def _serve(settings: Settings, public: FastAPI, apps: list[tuple[ASGIApp, socket]]) -> None:
    """The house is opened before the first request and closed after the last, whoever took it."""
    stopping = Event()
    for signal in (SIGTERM, SIGINT):
        get_running_loop().add_signal_handler(signal, stopping.set)
    listeners = [(Listener(_config(app, settings)), on) for app, on in apps]
    async with public.router.lifespan_context(public), TaskGroup() as serving:
        for listener, on in listeners:
            serving.create_task(_until(stopping, listener, on))
            await _started(listener)
        if settings.environment == "production" and not settings.base_url.startswith("https://"):
            log.warning("FREESTONE_PUBLIC_URL does not begin with https://: clients will not come")
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


async def _until(stopping: Event, listener: Listener, on: socket) -> None:
    """Serve; and when one listener ends, for whatever reason, so does the other."""
    try:
        await listener.serve(sockets=[on])
    finally:
        stopping.set()


def _config(app: ASGIApp, settings: Settings) -> uvicorn.Config:
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
        proxy_headers=False,
        timeout_graceful_shutdown=int(settings.drain_seconds),
        timeout_keep_alive=30,
        backlog=LISTEN_BACKLOG,
    )


async def _started(listener: Listener) -> None:
    while not (listener.started or listener.should_exit):  # noqa: ASYNC110  # uvicorn has no event for it
        await sleep(0.005)


@contextmanager
def bound(named: str, host: str, port: int) -> Iterator[socket]:
    """A listening socket. What cannot be had is told by the setting that asks for it."""
    try:
        family = getaddrinfo(host, port, type=SOCK_STREAM)[0][0]
    except OSError as unknown:
        raise CannotServe(f"{named}HOST: {host}: {unknown.strerror}") from unknown
    with socket(family, SOCK_STREAM, IPPROTO_TCP) as listening:  # named, or Nagle's delay stays on
        listening.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except OSError as taken:
            raise CannotServe(f"{named}PORT: {host}:{port}: {taken.strerror}") from taken
        listening.listen(LISTEN_BACKLOG)
        yield listening
