"""The map in words, for a terminal."""

from collections.abc import Iterator

from app.map.house import House, short


def text(house: House, only: str = "") -> str:
    """All contexts, or one alone."""
    names = [only] if only else [context.name for context in house.contexts]
    return "\n\n".join("\n".join(_told(house, name)) for name in names) + "\n"


def _told(house: House, name: str) -> Iterator[str]:
    """One context; names of other contexts stand before what is asked or heard of them."""
    context = house.context(name)
    yield f"{name}: {context.about}"
    if context.faces:
        yield f"  for    {', '.join(context.faces)}"
    if context.tables:
        yield f"  keeps  {', '.join(context.tables)}"
    for one in house.asked:
        if one.caller == name:
            yield f"  calls  {one.callee}: {', '.join(one.calls)}"
    for one in house.asked:
        if one.callee == name:
            yield f"  asked  by {one.caller}: {', '.join(one.calls)}"
    for event in context.events:
        listeners = [one.consumer for one in house.heard if one.event == event]
        yield f"  tells  {short(event)}" + (f" -> {', '.join(listeners)}" if listeners else "")
    for heard in house.heard:
        if heard.listener == name:
            what = heard.consumer.partition(".")[2]
            yield f"  hears  {heard.source}.{short(heard.event)} -> {what}"
