"""What processes of the machine have used so far."""

from collections.abc import Iterable

from psutil import NoSuchProcess, Process


def cpu_seconds(pids: Iterable[int]) -> float:
    """Of these processes and of those they have begun."""
    return sum(_cpu(process) for pid in pids for process in _family(pid))


def resident_megabytes(pid: int) -> float:
    used: float = Process(pid).memory_info().rss / 1e6
    return used


def _family(pid: int) -> list[Process]:
    process = Process(pid)
    return [process, *process.children(recursive=True)]


def _cpu(process: Process) -> float:
    """What a child had used when it ended is told by its parent."""
    try:
        used = process.cpu_times()
    except NoSuchProcess:
        return 0.0
    total: float = used.user + used.system + used.children_user + used.children_system
    return total
