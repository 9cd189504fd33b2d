"""A run of tests that is told to stop clears up: its servers end, and its databases are dropped."""

from signal import SIGTERM, default_int_handler, signal


def pytest_configure() -> None:
    signal(SIGTERM, default_int_handler)  # as if somebody had pressed Ctrl-C
