"""E-mail addresses: whether two are the same, and what has the form of one."""

from unicodedata import category

EMAIL_LENGTH = 320


def known_as(email: str) -> str:
    """How e-mail addresses are compared: whatever the case of their letters."""
    return email.strip().lower()


def is_email(text: str) -> bool:
    """Whether it has the form of an e-mail address. Whether it is one, only a letter can tell."""
    name, _, host = text.rpartition("@")
    is_in_two = bool(name and host) and "@" not in name and not any(map(str.isspace, text))
    return is_in_two and all(is_fit(form, EMAIL_LENGTH) for form in (text, known_as(text)))


def is_fit(text: str, length: int) -> bool:
    """Not blank, not too long, and nothing in it that a database could not keep."""
    is_kept = not any(category(c) in ("Cc", "Cs") for c in text)
    return bool(text.strip()) and len(text) <= length and is_kept
