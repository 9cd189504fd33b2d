from hashlib import sha256
from hmac import digest
from secrets import token_urlsafe

from infrastructure.shared.keys.folder import KeyFolder


class KeyedHashes:
    """`Secrets`, by HMAC-SHA-256: some microseconds, where a password's hash takes a tenth of a second."""

    def __init__(self, keys: KeyFolder) -> None:
        self._keys = keys

    def make(self, prefix: str) -> str:
        return f"{prefix}_{token_urlsafe(32)}"

    def keyed(self, digest_of_it: str) -> str:
        return digest(self._keys.hashing, digest_of_it.encode(), sha256).hex()
