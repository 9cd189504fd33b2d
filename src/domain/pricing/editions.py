"""A rule as it stands, and who may change it: whoever has seen it as it stands."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic

from domain.contracts.pricing import RuleChanged, UnfitRule
from domain.pricing.kinds import Kept, Key, Kind, KindOf, Rule


@dataclass(frozen=True, kw_only=True)
class Edition(Generic[Rule]):
    """`version` begins somewhere, and is raised by each change."""

    kind: KindOf[Rule]
    rule: Rule
    version: int

    @property
    def key(self) -> Key:
        return self.kind.key(self.rule)

    @property
    def rule_id(self) -> str:
        return self.kind.rule_id(self.key)

    @property
    def name(self) -> str:
        return self.kind.name_of(self.key)

    def edited(self, rule: Rule, version: int | None) -> "Edition[Rule]":
        """The edition that this rule makes of it: the same one, if that is what stands already.

        Refuses with `RuleChanged`, or with `UnfitRule` if it would be known by another key.
        """
        if self.kind.key(rule) != self.key:
            raise UnfitRule(self.name, f"what it is known by stays: {self.rule_id}")
        if rule == self.rule:
            return self
        self.require(version)
        return Edition(kind=self.kind, rule=rule, version=self.version + 1)

    def require(self, version: int | None) -> None:
        """Refuses with `RuleChanged`, unless this is the edition that was seen, or any will do."""
        if version not in (None, self.version):
            raise RuleChanged(self.name, self.version)


def told(kind: Kind[Rule, Kept, Any], edition: Edition[Rule]) -> Kept:
    """An edition, in the words of the contract."""
    kept: Callable[..., Kept] = kind.kept
    return kept(rule_id=edition.rule_id, rule=edition.rule, version=edition.version)
