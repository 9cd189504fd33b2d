import re

from domain.notifications.delivery import Delivery
from infrastructure.notifications.posting import not_called, post
from infrastructure.shared.calls.guarded_client import GuardedClient, NotAllowed
from infrastructure.shared.calls.message_signer import MessageSigner

WORD = re.compile(r"[a-z0-9_.-]+", re.ASCII)


class Webhooks:
    """Posts orders to where platforms want to be told of them (UCP section 19.2)."""

    def __init__(self, line: GuardedClient, signer: MessageSigner, base_url: str) -> None:
        self._line, self._signer = line, signer
        self._agent = f'profile="{base_url}/.well-known/ucp"'

    async def __call__(self, delivery: Delivery) -> None:
        body = delivery.body.encode()
        try:
            self._line.require_fit(delivery.target)
            headers = self._headers(delivery, body)
        except NotAllowed as no:
            raise not_called(no) from None
        await post(self._line, delivery.target, body, headers)

    def _headers(self, delivery: Delivery, body: bytes) -> dict[str, str]:
        """WHK-5; all of it signed, but for what the specification does not know (WHK-6, WHK-11,
        INTEROP 17).
        """
        name = str(delivery.delivery_id)
        signed = {
            "UCP-Agent": self._agent,
            "Idempotency-Key": name,
            "Webhook-Id": name,
            "Webhook-Timestamp": str(int(delivery.happened_at.timestamp())),
            "Content-Type": "application/json",
        }
        signatures = self._signer.of_request("POST", delivery.target, signed, body)
        return {**signed, **signatures, **_told_besides(delivery.occasion)}


def _told_besides(occasion: str) -> dict[str, str]:
    """A partner's own words for what happened need not be fit for a header."""
    return {"X-Event-Type": f"order_{occasion}"} if WORD.fullmatch(occasion) else {}
