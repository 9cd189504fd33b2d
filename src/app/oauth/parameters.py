"""What a client says, in a query or a form: each thing once (RFC 6749, 3.1 and 3.2)."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

MOST_PARAMETERS = 40
MOST_BYTES = 16_384
CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


class Unreadable(Exception):
    """It is not `application/x-www-form-urlencoded` in UTF-8, or has no end."""


@dataclass(frozen=True)
class Parameters:
    """`values` is without what was said more than once, which is in `repeated`. What is empty is
    as if it had not been said.
    """

    values: Mapping[str, str] = field(repr=False)
    repeated: frozenset[str] = frozenset()

    def get(self, name: str) -> str | None:
        return self.values.get(name)


def read(text: str | bytes) -> Parameters:
    """Raises `Unreadable`."""
    if len(text) > MOST_BYTES:
        raise Unreadable
    try:
        whole = text.decode() if isinstance(text, bytes) else text
        said = parse_qsl(
            whole, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS
        )
    except ValueError:
        raise Unreadable from None
    if any(CONTROLS.search(value) for _, value in said):
        raise Unreadable
    repeated = frozenset(name for name, times in Counter(n for n, _ in said).items() if times > 1)
    values = {name: value for name, value in said if value and name not in repeated}
    return Parameters(values, repeated)
