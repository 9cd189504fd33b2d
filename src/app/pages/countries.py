"""Countries as a buyer finds them in a list: ISO 3166 alpha-2 codes and their English names.

The codes are those of the time zone database's `iso3166.tab`, which is in the public domain; some
names are spelt as their countries ask for.
"""

from importlib.resources import files

_LINES = files("app.pages").joinpath("countries.txt").read_text("utf-8").splitlines()
COUNTRIES: dict[str, str] = {
    code: name for code, _, name in (row.partition("\t") for row in _LINES)
}
"""In the order of their names."""


def name_of(code: str | None) -> str:
    """What a country is called; what is no code of ours is told as it is."""
    return COUNTRIES.get((code or "").strip().upper(), code or "")
