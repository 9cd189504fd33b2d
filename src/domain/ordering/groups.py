"""What of a method travels together: its groups, and what is chosen for each."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from domain.contracts.ordering import Group, Method, WantedGroup

FIRST = "group_1"
APART = "_apart"


def grouped(line_ids: Sequence[str], apart: Collection[str], name: str) -> tuple[Group, ...]:
    """One group of this name or, where some of the lines travel apart from the rest, one more of
    those (UCP FUL-5, FUL-6). What travels apart is called so, even if there is nothing else.
    """
    together = tuple(line for line in line_ids if line not in apart)
    others = tuple(line for line in line_ids if line in apart)
    groups = [Group(group_id=name, line_ids=together)] if together or not others else []
    if others:
        groups.append(Group(group_id=name + APART, line_ids=others))
    return tuple(groups)


def named(groups: Sequence[Group], name: str) -> tuple[Group, ...]:
    """The same under another name."""
    return tuple(
        replace(group, group_id=name + (APART if group.group_id.endswith(APART) else ""))
        for group in groups
    )


def name_of(method: Method | None) -> str:
    """What its groups are called after."""
    is_known = method and method.groups
    return method.groups[0].group_id.removesuffix(APART) if method and is_known else FIRST


def chosen(
    groups: Sequence[Group],
    wanted: Sequence[WantedGroup],
    before: Method | None,
    *,
    is_merge: bool,
) -> tuple[Group, ...]:
    """With the way that is wanted for each: said under its name or else, under none that another
    has, in its place. With `is_merge`, what is not said is as it was.
    """
    known = {group.group_id: group for group in before.groups} if before and is_merge else {}
    ours = {group.group_id for group in groups}
    said = {one.group_id: one.selected_option_id for one in reversed(wanted) if one.group_id}
    ways = []
    for index, group in enumerate(groups):
        way = said.get(group.group_id)
        if group.group_id not in said and index < len(wanted):
            by_place = wanted[index]
            way = by_place.selected_option_id if by_place.group_id not in ours else None
        was = known.get(group.group_id, group)
        ways.append(
            replace(group, options=was.options, selected_option_id=way or was.selected_option_id)
        )
    return tuple(ways)
