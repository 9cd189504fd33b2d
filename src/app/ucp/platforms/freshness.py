"""For how long a profile may be kept, by what its origin says (UCP FET-5; RFC 9111)."""

LEAST_SECONDS, MOST_SECONDS = 60.0, 3600.0


def seconds_fresh(cache_control: str) -> float:
    """Never less than a minute, whatever is said, nor more than an hour: a key that was removed
    must be good for nothing before long.
    """
    for directive in cache_control.lower().split(","):
        name, _, value = directive.strip().partition("=")
        told = value.strip('" ')
        if name.strip() == "max-age" and told.isascii() and told.isdigit():
            return min(max(float(told[:12]), LEAST_SECONDS), MOST_SECONDS)
    return LEAST_SECONDS
