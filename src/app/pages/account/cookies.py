"""What a browser keeps of us: who has signed in, and before that, that it was here."""

import re
from dataclasses import dataclass
from secrets import token_urlsafe

from fastapi import Request, Response

from app.edge.sessions import cookie_name

TOKEN = re.compile(r"[A-Za-z0-9_-]{20,100}")
SESSION, VISIT = "session", "visit"


@dataclass(frozen=True)
class Cookies:
    """Over HTTPS the names begin with `__Host-`: no other host, not even one of the same domain,
    can have set them. That takes `Path=/`, so that a shop behind a path is told from another of
    the same origin by the name; a path keeps nothing from anybody there anyhow.
    """

    base_url: str

    @property
    def is_secure(self) -> bool:
        return self.base_url.startswith("https://")

    def name(self, what: str) -> str:
        return cookie_name(self.base_url, what)

    def read(self, request: Request, what: str) -> str:
        """What is no token of ours is none."""
        told = request.cookies.get(self.name(what), "")
        return told if TOKEN.fullmatch(told) else ""

    def set(self, response: Response, what: str, token: str, *, days: int | None = None) -> None:
        """Kept for so many days, or until the browser is closed."""
        response.set_cookie(
            self.name(what),
            token,
            max_age=days and days * 24 * 60 * 60,
            path="/",
            secure=self.is_secure,
            httponly=True,
            samesite="lax",
        )

    def clear(self, response: Response, *whats: str) -> None:
        for what in whats:
            response.delete_cookie(
                self.name(what), path="/", secure=self.is_secure, httponly=True, samesite="lax"
            )


def a_visit() -> str:
    return token_urlsafe(32)
