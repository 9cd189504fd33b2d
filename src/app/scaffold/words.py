"""What a new context is called, in every form in which its code says so."""

import re
from dataclasses import dataclass, fields
from typing import get_type_hints
from uuid import UUID

from app.context_map import CONTRACTS
from domain.shared.model import Event

LONGEST = 24
SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z][a-z0-9]*)*")
CAMEL = re.compile(r"[A-Z][a-z0-9]*([A-Z][a-z0-9]*)*")


class CannotWrite(Exception):
    """A context cannot be written as it was asked for; says what to mend. Nothing was written."""


@dataclass(frozen=True)
class Listens:
    """An event of another context, and the consumer that is to hear it."""

    name: str
    context: str
    event: str
    field: str

    @property
    def snake(self) -> str:
        return snake(self.event)

    @property
    def title(self) -> str:
        return self.snake.replace("_", " ").capitalize()

    @property
    def module(self) -> str:
        return f"add_for_{self.snake}"


@dataclass(frozen=True)
class Words:
    """`name` is the context, `Thing` its aggregate."""

    name: str
    Thing: str
    listens: Listens | None = None

    @property
    def Name(self) -> str:  # noqa: N802  # as a template says it
        return camel(self.name)

    @property
    def words(self) -> str:
        return self.name.replace("_", " ")

    @property
    def thing(self) -> str:
        return snake(self.Thing)

    @property
    def consumer(self) -> str:
        return f"Add{self.Thing}For{self.listens.event}" if self.listens else ""

    def told(self) -> dict[str, object]:
        """All forms, as templates name them."""
        return {
            "name": self.name,
            "Name": self.Name,
            "words": self.words,
            "Words": self.words.capitalize(),
            "slug": self.name.replace("_", "-"),
            "Thing": self.Thing,
            "thing": self.thing,
            "thing_dashed": self.thing.replace("_", "-"),
            "Thing_words": self.thing.replace("_", " ").capitalize(),
            "a": "an" if self.thing[0] in "aeiou" else "a",
            "consumer": self.consumer,
            "listens": self.listens,
        }


def camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def words_of(name: str, aggregate: str, listens: str) -> Words:
    """What was asked for, if words can be made of it. Raises `CannotWrite`."""
    if not SNAKE.fullmatch(name) or len(name) > LONGEST:
        raise CannotWrite(
            f"NAME: {name!r} is not a name in small letters, with underscores between words that "
            f"begin with a letter (gift_cards), of at most {LONGEST} characters"
        )
    thing = aggregate or f"{camel(name)}Entry"
    if aggregate and (not CAMEL.fullmatch(aggregate) or len(snake(aggregate)) > LONGEST):
        raise CannotWrite(
            f"--aggregate: {aggregate!r} is not a name of a class (GiftCard) of at most {LONGEST} "
            "characters"
        )
    return Words(name, thing, _listens(listens) if listens else None)


def _listens(name: str) -> Listens:
    contracts = {contract.__module__ for contract in CONTRACTS.values()}
    events = [event for event in Event.__subclasses__() if event.__module__ in contracts]
    known = {event.name: event for event in events}
    if not (event := known.get(name)):
        raise CannotWrite(f"--listens: there is no event {name!r}, only {', '.join(sorted(known))}")
    context = name.partition(".")[0]
    hints = get_type_hints(event)
    for field in fields(event):
        kind = getattr(hints[field.name], "__supertype__", hints[field.name])
        if field.name.endswith("_id") and kind in (UUID, str):
            return Listens(name, context, event.__name__, field.name)
    raise CannotWrite(
        f"--listens: {name} names nothing by an id, so that one could be added for it"
    )
