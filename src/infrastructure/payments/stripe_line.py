"""The line to Stripe: its official library, bounded in time and in connections."""

from asyncio import timeout
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property
from logging import WARNING, getLogger
from ssl import create_default_context

import stripe
from aiohttp import ClientError, ClientTimeout, TCPConnector
from structlog import get_logger

from domain.shared.model import OutcomeUnknown

MOST_CONNECTIONS = 20
log = get_logger(__name__)
getLogger("stripe").setLevel(WARNING)  # below that it tells what is sent, secrets and all


class StripeLine:
    """It is opened when it is first used. The library itself repeats nothing: we do, by key."""

    def __init__(self, key: str, url: str, provider_seconds: float) -> None:
        self._key, self._url, self._seconds = key, url, provider_seconds
        self._http: stripe.AIOHTTPClient | None = None

    @cached_property
    def api(self) -> stripe.StripeClient:
        self._http = stripe.AIOHTTPClient(
            timeout=ClientTimeout(total=self._seconds),
            connector=TCPConnector(
                limit=MOST_CONNECTIONS, ssl=create_default_context(cafile=stripe.ca_bundle_path)
            ),
        )
        return stripe.StripeClient(
            self._key,
            base_addresses={"api": self._url or stripe.DEFAULT_API_BASE},
            http_client=self._http,
            max_network_retries=0,
        )

    @asynccontextmanager
    async def heard(self) -> AsyncIterator[None]:
        """All of it is heard in time, or what became of it is unknown: `OutcomeUnknown`."""
        try:
            async with timeout(self._seconds):
                yield
        except (stripe.AuthenticationError, stripe.PermissionError) as refused:
            log.error("Stripe refuses our key: FREESTONE_STRIPE_KEY", **told(refused))  # noqa: TRY400  # its text repeats the key
            raise OutcomeUnknown("Stripe refuses the key in FREESTONE_STRIPE_KEY") from None
        except (stripe.StripeError, ClientError, TimeoutError) as unheard:
            log.warning("Stripe gave no answer", **told(unheard))
            raise OutcomeUnknown("Stripe gave no answer") from None

    async def close(self) -> None:
        if self._http:
            await self._http.close_async()  # type: ignore[no-untyped-call]  # theirs


def told(failure: Exception) -> dict[str, object]:
    """What may be logged of it: not what it says, for that repeats what it was sent."""
    names = ("code", "param", "http_status", "request_id")
    details = {name: getattr(failure, name, None) for name in names}
    return {"kind": type(failure).__name__, **{k: v for k, v in details.items() if v}}
