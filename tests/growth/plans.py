"""What PostgreSQL does for a statement: its generic plan, as the servers of this house have it."""

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from tests.growth.heard import Heard

PLACE = re.compile(r"%\((\w+)\)s")


def plan_of(connection: Connection, one: Heard) -> dict[str, Any]:
    """For whatever it may be asked with: the parameters that are told here count for nothing."""
    names: list[str] = list(dict.fromkeys(PLACE.findall(one.statement)))
    numbered = PLACE.sub(lambda place: f"${names.index(place[1]) + 1}", one.statement)
    nothing = f"({', '.join('NULL' for _ in names)})" if names else ""
    prepared = numbered.replace("%%", "%")
    connection.exec_driver_sql(f"PREPARE it AS {prepared}".replace("%", "%%"))
    told = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) EXECUTE it {nothing}").scalar_one()
    connection.exec_driver_sql("DEALLOCATE it")
    plan: dict[str, Any] = told[0]["Plan"]
    return plan


def walks(plan: dict[str, Any]) -> Iterator[str]:
    """The tables that are read from one end to the other, and how: sequentially, or along an index
    of which no part is named, to look at each row.
    """
    kind, table = plan["Node Type"], plan.get("Relation Name", "")
    is_along = kind in ("Index Scan", "Index Only Scan") and "Index Cond" not in plan
    if kind == "Seq Scan" or (is_along and "Filter" in plan):
        yield f"{table}: {kind} {plan.get('Index Name', '')}, {plan.get('Filter', 'all of it')}"
    for part in plan.get("Plans", ()):
        yield from walks(part)
