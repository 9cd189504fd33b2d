"""What an address may have a page say (`?told=signed_out`): nothing else can be put into it."""

SAID = {
    "signed_out": "You have signed out.",
    "closed": "Your account is closed, and you have signed out.",
    "confirmed": "Your e-mail address is confirmed.",
    "reset": "You have a new password. Sign in with it. You have been signed out everywhere, and "
    "what others could do in your name has ended.",
    "password": "You have a new password. Everywhere else you have been signed out.",
    "unlinked": "It can do nothing in your name any more.",
    "ended": "Signed out there.",
    "others_ended": "Everywhere else you have been signed out.",
}


def said(code: str) -> str:
    return SAID.get(code, "")
