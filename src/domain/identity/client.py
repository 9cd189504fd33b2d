"""Who acts for others here: platforms, applications of staff, and who asks what a token is."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from hmac import compare_digest

from domain.contracts.identity import (
    SECRET,
    ClientChanged,
    ClientDetails,
    ClientId,
    ClientNotProven,
    KeptClient,
    UnfitClient,
    UnknownClient,
)
from domain.identity.client_fitness import complaints

PREFIX = "fss"


@dataclass(kw_only=True)
class Client:
    """`secret_digest` is keyed. `version` is 0 until it is first kept."""

    details: ClientDetails
    secret_digest: str | None = field(default=None, repr=False)
    registered_at: datetime
    version: int = 0

    @classmethod
    def registered(cls, details: ClientDetails, secret_digest: str, now: datetime) -> "Client":
        """With this secret, if it shows itself by one. Refuses with `UnfitClient`."""
        _require_fit(details)
        has_secret = details.auth_method == SECRET
        return cls(
            details=details,
            secret_digest=secret_digest if has_secret else None,
            registered_at=now,
        )

    @property
    def client_id(self) -> ClientId:
        return self.details.client_id

    @property
    def has_secret(self) -> bool:
        return self.secret_digest is not None

    def revise(self, details: ClientDetails, version: int | None) -> str:
        """Put this in place of what is known, and tell the names of what changed: saying what is
        known already changes nothing.

        Its kind stays, for what it was granted was granted to one of that kind. Refuses with
        `UnfitClient`, or with `ClientChanged` unless this is the version that was seen, or any will do.
        """
        _require_fit(details)
        if details.kind != self.details.kind:
            raise UnfitClient(self.client_id, "a client stays of its kind: register another")
        if details == self.details:
            return ""
        if version not in (None, self.version):
            raise ClientChanged(self.client_id, self.version)
        names = [one.name for one in fields(details)]
        changed = [n for n in names if getattr(details, n) != getattr(self.details, n)]
        self.details = details
        if details.auth_method != SECRET:
            self.secret_digest = None
        return ", ".join(changed)

    def renew(self, secret_digest: str) -> None:
        """Refuses with `UnfitClient` if it shows itself by other means."""
        if self.details.auth_method != SECRET:
            raise UnfitClient(self.client_id, f"it shows itself by {self.details.auth_method}")
        self.secret_digest = secret_digest

    def prove(self, secret_digest: str) -> None:
        """Refuses with `ClientNotProven`."""
        known = self.secret_digest
        is_it = compare_digest(known or "", secret_digest)
        if self.details.is_disabled or known is None or not is_it:
            raise ClientNotProven(self.client_id)

    def require_able(self) -> None:
        """Refuses with `UnknownClient` if it is disabled."""
        if self.details.is_disabled:
            raise UnknownClient(self.client_id)

    def described(self) -> str:
        """For the audit log."""
        its = self.details
        return f"{its.kind}, {its.auth_method}: {' '.join(its.scopes)}"

    def kept(self) -> KeptClient:
        return KeptClient(
            details=self.details, registered_at=self.registered_at, version=self.version
        )


def _require_fit(details: ClientDetails) -> None:
    for complaint in complaints(details):
        raise UnfitClient(details.client_id, complaint)
