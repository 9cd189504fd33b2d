"""What the broker keeps for somebody who has not heard it yet."""

from collections.abc import Sequence

import nats
from nats.errors import Error
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from app.context_map import listeners
from infrastructure.shared.events.nats_place import PLACES, Place

SECONDS_TO_CONNECT, SECONDS_TO_ANSWER = 10, 30.0


async def unheard(urls: Sequence[str], sources: Sequence[str]) -> set[str]:
    """Nothing, once every listener has heard and confirmed all events of these contexts."""
    try:
        line = await nats.connect(
            list(urls),
            allow_reconnect=False,
            connect_timeout=SECONDS_TO_CONNECT,
            error_cb=_told,
        )
    except (Error, OSError, TimeoutError) as away:
        return {f"the broker: {type(away).__name__}"}
    try:
        jetstream = line.jetstream(timeout=SECONDS_TO_ANSWER)
        return {what for one in sources for what in await _unheard_of(jetstream, one)}
    except (Error, OSError, TimeoutError) as away:
        return {f"the broker: {type(away).__name__}"}
    finally:
        await line.close()


async def _unheard_of(line: JetStreamContext, source: str) -> list[str]:
    if not (expected := listeners(source)):
        return []
    try:
        stream = await line.stream_info(f"freestone-{source}")
        places = await line.key_value(PLACES)
    except NotFoundError as nothing:
        return [f"the broker keeps no stream or places of {source}: {nothing!r}"]
    told = []
    for name in expected:
        heard = await Place(places, f"{source}.{name}").read()
        if not heard or heard.stream_made_at != str(stream.created):
            told.append(f"the broker knows of no place of {name} that hears {source}")
        elif behind := stream.state.last_seq - heard.number:
            told.append(f"the broker has of {source} for {name}: {behind} unheard")
    return told


async def _told(_failure: Exception) -> None:
    """It is raised to who asks, too."""
