"""Where a listener has come to in a stream, in a bucket of the broker's key-value store."""

from dataclasses import asdict, dataclass
from typing import Any, Self

from nats.js import JetStreamContext
from nats.js.errors import KeyNotFoundError, NotFoundError
from nats.js.kv import KeyValue
from pydantic_core import from_json, to_json

PLACES = "freestone-places"
"""The bucket. Its keys are a source and a listener: `ordering.payments`."""
MESSAGE_ID = "Nats-Msg-Id"


@dataclass(frozen=True)
class Heard:
    """The last that was heard, by its number and its own id; of which stream, for one that is made anew
    counts from one again.
    """

    stream_made_at: str
    number: int
    message_id: str = ""

    @classmethod
    def of(cls, stream_made_at: str, message: Any) -> Self:
        named = (message.headers or {}).get(MESSAGE_ID, "")
        return cls(stream_made_at, message.metadata.sequence.stream, named)

    async def is_there(self, line: JetStreamContext, stream: str) -> bool | None:
        """Whether the stream has that under this number still; nothing, where it has none of this number.
        Servers that were all killed at once may have lost the last that they told, and give its number to
        what comes next.
        """
        try:
            message = await line.get_msg(stream, seq=self.number)
        except NotFoundError:
            return None
        return not self.message_id or (message.headers or {}).get(MESSAGE_ID) == self.message_id


@dataclass(frozen=True)
class Place:
    bucket: KeyValue
    key: str

    async def read(self) -> Heard | None:
        try:
            return Heard(**from_json((await self.bucket.get(self.key)).value or b"{}"))
        except KeyNotFoundError:
            return None

    async def keep(self, heard: Heard) -> None:
        await self.bucket.put(self.key, to_json(asdict(heard)))
