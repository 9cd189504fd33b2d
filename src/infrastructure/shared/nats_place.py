"""Where a listener has come to in a stream, in a bucket of the broker's key-value store."""

from dataclasses import dataclass

from nats.js.errors import KeyNotFoundError
from nats.js.kv import KeyValue
from pydantic_core import from_json, to_json

PLACES = "freestone-places"
"""The bucket. Its keys are a source and a listener: `ordering.payments`."""


@dataclass(frozen=True)
class Place:
    """Of a listener in the stream that was made then: one that is made anew counts from one again."""

    bucket: KeyValue
    key: str
    stream_made_at: str

    async def read(self) -> int | None:
        """The number of the last that it has heard; none where it has never been."""
        try:
            told = from_json((await self.bucket.get(self.key)).value or b"{}")
        except KeyNotFoundError:
            return None
        return told["last_heard"] if told.get("stream_made_at") == self.stream_made_at else None

    async def keep(self, last_heard: int) -> None:
        told = {"stream_made_at": self.stream_made_at, "last_heard": last_heard}
        await self.bucket.put(self.key, to_json(told))
