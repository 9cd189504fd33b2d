"""A running house: every contract where the settings put it, and what goes on there by itself."""

from asyncio import timeout
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeVar, cast

from app.container import Container
from app.context_map import CONTRACTS, needs
from app.edge.strangers import Strangers
from app.placement import LEASES, Kept, rotas, stop_rotas
from app.settings import CONTEXTS, Settings, UnfitSettings
from domain.shared.dead_letters import DeadLetters

Contract = TypeVar("Contract")
SECONDS_TO_ANSWER = 1.0


class House:
    """Opened by `opened`; its routines run from `start` to `stop`."""

    def __init__(self, container: Container, settings: Settings) -> None:
        self._container = container
        self._kept: dict[str, Kept] = {
            context: getattr(container, f"{context}_kept")() for context in settings.contexts
        }
        self._rotas = list(rotas(self._kept.values(), container.bells(), container.holder()))
        self._is_stopping = False

    def contract(self, contract: type[Contract]) -> Contract:
        """The contract where it is kept: callers cannot tell."""
        name = next(name for name, one in CONTRACTS.items() if one is contract)
        return cast(Contract, getattr(self._container, name)())

    def kept(self, context: str) -> Kept:
        """What this process keeps of a context that it hosts."""
        return self._kept[context]

    @property
    def dead_letters(self) -> Mapping[str, DeadLetters]:
        """By the context that could not work them through, wherever it is kept; for as many as this
        process hosts or is told of.
        """
        found: Mapping[str, DeadLetters] = self._container.dead_letters()
        return found

    @property
    def routines(self) -> Sequence[Any]:
        """All that goes on by itself."""
        return [routine for rota in self._rotas for routine in rota.routines]

    async def hear_stripe(self, body: bytes, signature: str) -> bool:
        """Keep what Stripe tells; whether it was Stripe who told it."""
        return bool(await self._container.stripe_notices().receive(body, signature))

    @property
    def seal(self) -> Any:
        return self._container.seal()

    @property
    def strangers(self) -> Strangers:
        of = self._container
        return Strangers(of.guarded_client().get, of.known_client().get, of.tasks())

    def message_keys(self) -> Sequence[Mapping[str, Any]]:
        """The public keys of those that messages of ours are signed with."""
        found: Sequence[Mapping[str, Any]] = self._container.message_keys().public_keys()
        return found

    @property
    def clock(self) -> Any:
        return self._container.clock()

    @property
    def sign(self) -> Any:
        """Signs tokens, with the keys of identity; where that is hosted."""
        return self._container.signer()

    @property
    def sign_response(self) -> Any:
        """Signs what is answered, with the keys of messages."""
        return self._container.message_signer().of_response

    async def is_ready(self) -> bool:
        """Whether it can do its work: it is not about to stop, and its databases answer."""
        if self._is_stopping:
            return False
        try:
            async with timeout(SECONDS_TO_ANSWER):
                for engine in {kept.engine for kept in self._kept.values()}:
                    async with engine.connect() as connection:
                        await connection.exec_driver_sql("SELECT 1")
        except Exception:  # noqa: BLE001  # whatever the driver says, it is no
            return False
        return True

    def start(self) -> None:
        self._container.siblings().listen(self._container.bells().heard)
        for rota in self._rotas:
            rota.start()

    async def stop(self, seconds: float) -> None:
        """Let attempts under way come to their end, within these seconds, then the routines."""
        self._is_stopping = True
        await stop_rotas(self._rotas)  # recovery too, before the attempts that it may have begun
        self._container.siblings().tell(LEASES)
        await self._container.tasks().drain(seconds)

    async def close(self) -> None:
        """All there is, even where one of it fails."""
        container = self._container
        async with AsyncExitStack() as closing:  # begins with what is named last
            closing.callback(container.ledger().close)
            closing.push_async_callback(container.engines().close)
            closing.push_async_callback(container.store().close)
            closing.push_async_callback(container.replicas().close)
            closing.push_async_callback(container.stripe_line().close)
            closing.push_async_callback(container.webhook_line().close)
            closing.push_async_callback(container.clients().close)
            if container.config.broker_url():
                closing.push_async_callback(container.broker().close)
            closing.push_async_callback(container.guarded_client().close)
            closing.push_async_callback(container.known_client().close)
            closing.callback(container.passwords().close)
            closing.callback(container.siblings().close)


@asynccontextmanager
async def opened(settings: Settings, container: Container | None = None) -> AsyncIterator[House]:
    """The house that the settings describe, for as long as it is needed.

    Raises `UnfitSettings` where a context that is needed is neither hosted here nor placed.
    """
    require_placed(settings)
    container = container or Container()
    container.config.from_dict(wiring(settings))
    house = House(container, settings)
    try:
        yield house
    finally:
        await house.close()


def require_placed(settings: Settings) -> None:
    has_broker = bool(settings.broker_url)
    needed = frozenset(
        other for context in settings.contexts for other in needs(context, has_broker=has_broker)
    )
    if unplaced := settings.unplaced(needed):
        raise UnfitSettings(unplaced)


def wiring(settings: Settings) -> dict[str, Any]:
    """The settings as the container reads them."""
    contexts = {
        context: {
            "placement": settings.placement_of(context),
            "url": settings.of(context).url,
            "database": settings.database_of(context),
            "read_database": settings.read_database_of(context),
        }
        for context in CONTEXTS
    }
    return {
        **settings.model_dump(exclude=set(CONTEXTS)),
        "payment_provider": _provider(settings),
        "base_url": settings.base_url,
        "reaches_loopback": settings.interop or settings.environment == "development",
        "post": settings.post,
        "mail_folder": settings.mail_folder,
        "mail_sender": settings.mail_sender,
        "store": "redis" if settings.redis_url else "here",
        **contexts,
    }


def _provider(settings: Settings) -> str:
    """Who moves the money: nobody in production, unless that has been said."""
    if settings.stripe_key:
        return "stripe"
    if settings.payment_provider_url:
        return "elsewhere"
    return "here" if settings.environment == "development" else "none"
