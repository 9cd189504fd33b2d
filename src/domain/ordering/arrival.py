"""When goods arrive that are sent today: whole days in UTC, so that all who ask on one day are told the same."""

from datetime import datetime, time, timedelta


def earliest(days: int | None, now: datetime) -> datetime | None:
    """The beginning of the first day on which they may."""
    return None if days is None else _day(days, now, time.min)


def latest(days: int | None, now: datetime) -> datetime | None:
    """The end of the last."""
    return None if days is None else _day(days, now, time(23, 59, 59))


def _day(days: int, now: datetime, at: time) -> datetime:
    return datetime.combine(now.date() + timedelta(days=days), at, tzinfo=now.tzinfo)
