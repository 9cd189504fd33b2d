"""Every door is tried by everybody who may not come in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from tests.edge.declared import Row
from tests.edge.world import OURS, THEIRS, World
from tests.ucp.conftest import OWN_AGENT, ROSES, an_instrument

NOTHING: Mapping[str, str] = {}
GARBAGE: dict[str, Mapping[str, str]] = {
    "a key that is none": {"x-api-key": "fsk_garbage"},
    "a bearer that is none": {"authorization": "Bearer fsk_garbage"},
    "a token that is none": {"authorization": "Bearer e30.e30.e30"},
    "a token without a signature": {"authorization": "Bearer eyJhbGciOiJub25lIn0.e30."},
}
NOT_SHOWN = {"another scheme": {"authorization": "Basic eDp5"}, "nothing": NOTHING}
COMPLETES = {"payment": {"instruments": [an_instrument()]}}
FORM = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
SEES_NOTHING = ("not_found", "unauthorized")


@dataclass(frozen=True)
class Walk:
    """`rows` are what was written down; all that is found to be otherwise is told."""

    world: World
    rows: list[Row]
    is_interop: bool = False

    def __call__(self, app: FastAPI | None = None) -> list[str]:
        """What is wrong, a line each: with the doors, then with who came through them."""
        found = list(doors_of((app or self.world.app).routes))
        known = {(row.path, row.method) for row in self.rows}
        wrong = [
            f"{path} {method} is not written down"
            for path, method in found
            if (path, method) not in known
        ]
        wrong += [
            f"{row.path} {row.method} is not there"
            for row in self.rows
            if (row.path, row.method) not in found
        ]
        before = self.world.rows()
        for row in self.rows:
            wrong += [f"{row.method} {row.path}, {why}" for why in self._try(row)]
            if (after := self.world.rows()) != before:
                changed = [name for name, rows in after.items() if rows != before[name]]
                wrong.append(f"{row.method} {row.path} changed {', '.join(changed)}")
                before = after
        return wrong

    def _try(self, row: Row) -> Iterator[str]:
        for who, shown, wanted in self._attempts(row):
            status, told = self._ask(row, shown)
            if status not in wanted:
                yield f"shown {who}: {status}, not {wanted}"
            if wanted == (200,) and not any(f'"{code}"' in told for code in SEES_NOTHING):
                yield f"shown {who}: told {told}"

    def _attempts(self, row: Row) -> Iterator[tuple[str, Mapping[str, str], tuple[int, ...]]]:
        shown = self.world.shown
        every = {**NOT_SHOWN, **GARBAGE, "the key of staff": shown["staff"]}
        if row.level == "staff":
            yield from _all(NOT_SHOWN | GARBAGE, 401)
            yield from _all(_of(shown, "token of a platform", "token of a buyer"), 401)
            yield from _all(_of(shown, "expired token of staff"), 401)
            yield from _all(_of(shown, OURS), 403)
            yield from _all(self.world.lacking(row.scope), 403)
        elif row.level == "platform":
            yield from _all(GARBAGE if self.is_interop else NOT_SHOWN | GARBAGE, 401)
            yield from _all(_of(shown, "token of staff", "expired token of a platform"), 401)
            yield from _all(_of(shown, "staff"), 403)
            if "{id}" in row.path:
                yield from _all(_of(shown, THEIRS, "token of another buyer"), 200)
                yield from _all(NOT_SHOWN if self.is_interop else {}, 200)
        elif row.level in EXPECTED:
            yield from _all(every, *EXPECTED[row.level])

    def _ask(self, row: Row, shown: Mapping[str, str]) -> tuple[int, str]:
        """What would be done for whoever may ask for it."""
        names = self.world.names
        path = row.path.replace("{id}", names.get(f"id of {_kind(row.path)}", "nobody"))
        for name, value in names.items():
            path = path.replace(f"{{{name}}}", value).replace(f"{{{name}:path}}", value)
        headers = {"idempotency-key": "k" * 32, "if-match": "*", "ucp-agent": OWN_AGENT, **shown}
        if row.level in ("session", "client"):
            headers |= FORM
        body = self._body(row) if row.method in ("POST", "PUT") else None
        reply = self.world.client.request(row.method, path, json=body, headers=headers)
        return reply.status_code, reply.text

    def _body(self, row: Row) -> Any:
        if row.level == "platform":
            return COMPLETES if row.path.endswith("/complete") else ROSES
        return self.world.examples.get((row.path.replace(":path", ""), row.method))


EXPECTED: dict[str, tuple[int, ...]] = {
    "simulation": (403,),
    "signed": (400,),
    "client": (400, 401),
    "session": (303,),
}
"""How all that is shown here is answered, but for a face's own doors. Anybody may come in elsewhere."""
_Attempt = tuple[str, Mapping[str, str], tuple[int, ...]]


def doors_of(routes: list[BaseRoute]) -> Iterator[tuple[str, str]]:
    for route in routes:
        if within := getattr(route, "original_router", None):
            yield from doors_of(within.routes)
        elif isinstance(route, APIRoute):
            yield from ((route.path, method) for method in route.methods or ())


def _all(shown: Mapping[str, Mapping[str, str]], *wanted: int) -> Iterator[_Attempt]:
    yield from ((who, headers, wanted) for who, headers in shown.items())


def _of(shown: Mapping[str, Mapping[str, str]], *names: str) -> dict[str, Mapping[str, str]]:
    return {name: shown[name] for name in names}


def _kind(path: str) -> str:
    return "an order" if "/orders/" in path else "a checkout"
