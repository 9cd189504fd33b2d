from base64 import b64decode, b64encode
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.contracts.notifications import SubscriptionId
from domain.notifications.ports import Unsealable
from infrastructure.shared.keys.folder import KeyFolder

PURPOSE = b"freestone: secrets of merchants' subscriptions"
PREFIX, BYTES = "whsec_", 32
"""How Standard Webhooks writes a secret."""
WAY = "a1."
"""How it was sealed: another way has another name."""
NONCE = 12


class SealedSecrets:
    """`Sealing`, by AES-256-GCM, under a key made of the one that hashes: what is in the database is
    good for nothing without the folder of keys, nor for another subscription.
    """

    def __init__(self, keys: KeyFolder) -> None:
        self._keys = keys

    def make(self) -> str:
        return PREFIX + b64encode(token_bytes(BYTES)).decode()

    def seal(self, secret: str, of: SubscriptionId) -> str:
        nonce = token_bytes(NONCE)
        return (
            WAY
            + b64encode(nonce + self._cipher().encrypt(nonce, secret.encode(), of.bytes)).decode()
        )

    def open(self, sealed: str, of: SubscriptionId) -> str:
        try:
            kept = b64decode(sealed.removeprefix(WAY), validate=True)
            return self._cipher().decrypt(kept[:NONCE], kept[NONCE:], of.bytes).decode()
        except (InvalidTag, ValueError) as no:
            raise Unsealable from no

    def _cipher(self) -> AESGCM:
        return AESGCM(HKDF(SHA256(), 32, None, PURPOSE).derive(self._keys.hashing))
