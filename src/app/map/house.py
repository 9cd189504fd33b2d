"""The house as a map: its contexts, who calls whom, and who hears what of whom."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Context:
    """`about` is what its contract says it is; `faces` are those of the house that it is asked by."""

    name: str
    about: str
    calls: tuple[str, ...]
    events: tuple[str, ...]
    faces: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The calls that a context makes of another."""

    caller: str
    callee: str
    calls: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A consumer of a context, and the event that it listens to."""

    event: str
    listener: str
    consumer: str

    @property
    def source(self) -> str:
        return self.event.partition(".")[0]


@dataclass(frozen=True, kw_only=True)
class House:
    """Contexts that call come before those that are only called."""

    contexts: tuple[Context, ...]
    asked: tuple[Asked, ...]
    heard: tuple[Heard, ...]

    def context(self, name: str) -> Context:
        return next(context for context in self.contexts if context.name == name)

    def around(self, name: str) -> "House":
        """A context and its neighbours, with what goes on between it and them alone."""
        asked = tuple(one for one in self.asked if name in (one.caller, one.callee))
        heard = tuple(one for one in self.heard if name in (one.source, one.listener))
        near = {name, *(end for one in asked for end in (one.caller, one.callee))}
        near |= {end for one in heard for end in (one.source, one.listener)}
        contexts = tuple(context for context in self.contexts if context.name in near)
        return replace(self, contexts=contexts, asked=asked, heard=heard)


def short(event: str) -> str:
    """An event without its context, and without its version as long as that is the first."""
    _, name, version = event.split(".")
    return name if version == "v1" else f"{name}.{version}"
