"""What is filled in on the pages of an account, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.pages.form import EMAIL, LONGEST_EMAIL, parsed
from domain.contracts.identity import UnfitAccount

LONGEST_PASSWORD = 1000
"""In characters. More than that is no password, and would only be work to hash."""
NO_EMAIL = "Enter an e-mail address such as name@example.com."


@dataclass(frozen=True)
class Fields:
    """A form as it was sent. Passwords are taken letter by letter. What was not sent is empty."""

    values: Mapping[str, str] = field(repr=False)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def email(self) -> str:
        return self["email"].strip()

    @property
    def shown(self) -> dict[str, str]:
        """What may be shown again."""
        return {"email": self.email[:LONGEST_EMAIL]}


def read(body: bytes, media_type: str) -> Fields:
    """Raises `Unreadable`."""
    return Fields(parsed(body, media_type))


@dataclass(frozen=True)
class FormView:
    """A form as it is shown; `problems` are what is wrong, by field and in the page's order."""

    values: Mapping[str, str] = field(default_factory=lambda: {"email": ""})
    problems: tuple[tuple[str, str], ...] = ()

    @property
    def mistakes(self) -> dict[str, str]:
        return {name: text for name, text in reversed(self.problems) if name}


def wrong_email(fields: Fields) -> dict[str, str]:
    is_one = len(fields.email) <= LONGEST_EMAIL and EMAIL.fullmatch(fields.email)
    is_clean = fields.email.isprintable()
    return {} if is_one and is_clean else {"email": NO_EMAIL}


def wrong_password(fields: Fields, name: str, empty: str) -> dict[str, str]:
    if not fields[name]:
        return {name: empty}
    if len(fields[name]) > LONGEST_PASSWORD:
        return {name: f"Use at most {LONGEST_PASSWORD:,} characters."}
    return {}


def unfit_in(unfit: UnfitAccount, name: str = "new") -> dict[str, str]:
    """What identity says of it, at the field that it is about."""
    said = f"{unfit.because[:1].upper()}{unfit.because[1:]}."
    return {"email": NO_EMAIL} if said.startswith("Its e-mail") else {name: said}


def patience(seconds: int) -> str:
    """When somebody who has tried too often may try again."""
    if seconds <= 90:
        return f"in {max(seconds, 1)} {'second' if seconds <= 1 else 'seconds'}"
    return f"in {-(-seconds // 60)} minutes"
