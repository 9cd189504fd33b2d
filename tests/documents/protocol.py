"""docs/ucp.md: every rule of UCP 2026-04-08, where it is kept, and which test shows it."""

import ast
import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from tests.documents.markdown import table, whole

ROOT = Path(__file__).parents[2]
RULES = ROOT / "tests/ucp/rules.json"
REASONS = ROOT / "tests/ucp/reasons.toml"
NAMED = re.compile(r"\b([A-Z][A-Z0-9]{2})-(\d+)(?: to (?:[A-Z0-9]{3}-)?(\d+))?")
AMBIGUOUS = re.compile(r"A-\d+$")
"""How we read what the protocol leaves open; that is no rule."""
MOST_SHOWN = 3
CHAPTERS = {
    "GEN": "Conventions",
    "NAM": "Names",
    "PRF": "Profile",
    "VER": "Versions",
    "NEG": "Negotiation",
    "ENV": "Envelope",
    "ERR": "Errors",
    "FET": "Fetching profiles",
    "AUT": "Who platforms are",
    "RST": "REST",
    "IDM": "Idempotency",
    "CHK": "Checkout",
    "MSG": "Messages",
    "ELG": "Eligibility, context, signals",
    "TOT": "Totals",
    "LNK": "Links",
    "CAR": "Cart",
    "CAT": "Catalog",
    "DSC": "Discounts",
    "FUL": "Fulfilment",
    "CON": "Consent",
    "PAY": "Payment",
    "TOK": "Tokenisation",
    "AP2": "AP2 mandates",
    "ORD": "Order",
    "WHK": "Webhooks",
    "SIG": "Message signatures",
    "OAU": "Identity linking",
    "MCP": "MCP",
    "A2A": "A2A",
    "EMB": "Embedded checkout",
    "SEC": "Security",
    "PRV": "Privacy",
}
ABOUT = """The shopping API speaks the [Universal Commerce Protocol](https://ucp.dev), version 2026-04-08. Here are its
rules in our numbering and in short: with what force each is meant (`(S)` by a schema, `(P)` for platforms,
`-` a definition), the files that keep it, and the tests that show it. Tests name their rules by
`@pytest.mark.ucp`, files in what they say of themselves; a rule that has no test has a reason, whatever its
force, or `make check` fails."""


@dataclass(frozen=True)
class Rule:
    id: str
    force: str
    asks: str

    @property
    def chapter(self) -> str:
        return self.id.partition("-")[0]

    @property
    def must_be_shown(self) -> bool:
        return "MUST" in self.force and "(P)" not in self.force

    @property
    def should_be_shown(self) -> bool:
        is_advised = "SHOULD" in self.force or "RECOMMENDED" in self.force
        return is_advised and not self.must_be_shown and "(P)" not in self.force


@cache
def rules() -> tuple[Rule, ...]:
    return tuple(Rule(**told) for told in json.loads(RULES.read_text("utf-8")))


@cache
def reasons() -> dict[str, str]:
    """Why a rule has no test, by rule; those of a whole chapter stand by the chapter's letters."""
    told = tomllib.loads(REASONS.read_text("utf-8"))
    return {
        rule.id: why for rule in rules() if (why := told.get(rule.id) or told.get(rule.chapter))
    }


@cache
def lacking() -> dict[str, str]:
    """What must be known of rules that tests show: how they are read, or what of them is not kept."""
    told: dict[str, str] = tomllib.loads(REASONS.read_text("utf-8"))["partly"]
    return told


@cache
def shown() -> Mapping[str, tuple[str, ...]]:
    """The tests of each rule, as `file::name`."""
    found = defaultdict(list)
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        if "node_modules" not in file.parts:
            for name, rule in _marked(ast.parse(file.read_text("utf-8"))):
                found[rule].append(f"{file.relative_to(ROOT)}::{name}")
    return {rule: tuple(dict.fromkeys(tests)) for rule, tests in found.items()}


@cache
def kept() -> Mapping[str, tuple[str, ...]]:
    """The files that say they keep a rule."""
    found = defaultdict(list)
    for file in sorted((ROOT / "src").rglob("*.py")):
        for rule in _named(file.read_text("utf-8")):
            found[rule].append(str(file.relative_to(ROOT)))
    return {rule: tuple(dict.fromkeys(files)) for rule, files in found.items()}


def pages() -> dict[str, str]:
    parts = []
    for chapter, of in groupby(rules(), lambda rule: rule.chapter):
        rows = [(rule.id, rule.force, rule.asks, _where(rule), how(rule)) for rule in of]
        heading = ("rule", "force", "what it asks for", "where", "test, or why there is none")
        parts += [f"## {CHAPTERS[chapter]}", table(heading, rows)]
    return {"ucp.md": whole("The protocol, rule by rule", ABOUT, _counted(), *parts)}


def _counted() -> str:
    must = [rule for rule in rules() if rule.must_be_shown]
    should = [rule for rule in rules() if rule.should_be_shown]
    return (
        f"Of {len(must)} rules that must be kept, {_tested(must)} are shown by tests; of {len(should)} that "
        f"should be, {_tested(should)}."
    )


def _tested(of: Iterable[Rule]) -> int:
    return sum(rule.id in shown() for rule in of)


def _where(rule: Rule) -> str:
    return _few(f"`{file}`" for file in kept().get(rule.id, ()))


def how(rule: Rule) -> str:
    """The tests of a rule, or why there is none."""
    if tests := shown().get(rule.id):
        but = f"; but {lacking()[rule.id]}" if rule.id in lacking() else ""
        return _few(f"`{test}`" for test in tests) + but
    return reasons().get(rule.id, "for platforms" if "(P)" in rule.force else "")


def _few(all_of_them: Iterable[str]) -> str:
    told = list(all_of_them)
    more = len(told) - MOST_SHOWN
    return ", ".join(told[:MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _marked(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.ucp":
                    named = (str(ast.literal_eval(rule)) for rule in mark.args)
                    yield from ((node.name, rule) for rule in named if not AMBIGUOUS.match(rule))


def _named(text: str) -> Iterator[str]:
    """Rules that are named in a text, those of `CHK-1 to CHK-3` too."""
    for letters, first, last in NAMED.findall(text):
        if letters in CHAPTERS:
            yield from (f"{letters}-{n}" for n in range(int(first), int(last or first) + 1))
