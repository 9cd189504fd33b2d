"""Attempts as rows, and the requests that they were made for."""

from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import RowMapping

from domain.contracts.ordering import Answer, Notice, Request
from domain.ordering.attempt import Attempt, AttemptState

Row = RowMapping | dict[str, Any]
notices_json: TypeAdapter[tuple[Notice, ...]] = TypeAdapter(tuple[Notice, ...])


def request_of(row: Row) -> Request:
    return Request(
        client=row["client"],
        operation=row["operation"],
        key=row["key"],
        fingerprint=row["fingerprint"],
        presentation=row["presentation"],
    )


def answer_of(row: Row) -> Answer | None:
    return Answer(code=row["code"], body=row["body"]) if row["code"] is not None else None


def attempt_of(row: Row) -> Attempt:
    return Attempt(
        attempt_id=row["attempt_id"],
        checkout_id=row["checkout_id"],
        order_id=row["order_id"],
        request=request_of(row),
        started_at=row["started_at"],
        leased_until=row["leased_until"],
        state=AttemptState(row["state"]),
        epoch=row["epoch"],
        notices=notices_json.validate_json(row["notices"]),
        answer=answer_of(row),
    )


def outcome(attempt: Attempt) -> dict[str, object]:
    answer = attempt.answer
    return {
        "state": attempt.state,
        "notices": notices_json.dump_json(attempt.notices).decode(),
        "code": answer.code if answer else None,
        "body": answer.body if answer else None,
    }
