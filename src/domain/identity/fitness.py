"""What an account may have as its e-mail address and its password."""

from unicodedata import category, is_normalized

from domain.contracts.identity import UnfitAccount
from domain.identity.common_passwords import COMMON_PASSWORDS
from domain.shared.emails import is_email, known_as

SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 200
"""NIST SP 800-63B (2017), 5.1.1.2: no less than 8, at least 64 allowed, no rules of what is in it."""
IN_THE_WAY = set('()<>[]:;,\\"')
"""Of mail: an address with one of these is written otherwise in a letter's head (RFC 5322, 3.2.3)."""


def require_address(email: str) -> None:
    """Refuses with `UnfitAccount` what no letter could be sent to, and what is compared like another
    address without being it: a Kelvin sign is a k in small letters.
    """
    is_plain = is_email(email.strip()) and not IN_THE_WAY & set(email)
    if not is_plain or not is_normalized("NFKC", email):
        raise UnfitAccount("its e-mail address has not the form of one")


def require_password(password: str, email: str) -> None:
    """Refuses with `UnfitAccount` what is guessed first."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise UnfitAccount(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    if any(category(character) == "Cs" for character in password):
        raise UnfitAccount("the password has a character that is none")
    if known_as(password) == known_as(email):
        raise UnfitAccount("the password is the e-mail address")
    if password.lower() in COMMON_PASSWORDS:
        raise UnfitAccount("too many have chosen this password")


def key_of(email: str) -> str:
    """How an account is looked for: of what has not the form of an address, there is none."""
    return known_as(email) if is_email(email.strip()) else ""


def said(text: str, length: int) -> str:
    """What a stranger said of itself, cut to what can be kept."""
    return "".join(one for one in text if category(one) not in ("Cc", "Cs"))[:length]
