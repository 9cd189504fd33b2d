"""What is kept and logged of a failure: what kind it is and why, and not the words it came upon."""

from pydantic import ValidationError


def in_words(failure: Exception) -> str:
    """As `repr` says it, but for what did not fit its type: that was said by or about people.

    What drivers quote is taken out before (`driver_errors`).
    """
    return without_input(failure) if isinstance(failure, ValidationError) else repr(failure)


def without_input(unfit: ValidationError) -> str:
    """Where what did not fit, by the kind of the mistake: its sentence may quote what was said."""
    mistakes = unfit.errors(include_input=False, include_context=False, include_url=False)
    places = (f"{'.'.join(map(str, one['loc'])) or 'all'}: {one['type']}" for one in mistakes)
    return f"ValidationError({unfit.title}: {', '.join(places)})"
