"""Encryption of what is personal, and keyed hashes for identities, from the installation's one secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator

from bot.settings import settings


@lru_cache
def _derived(purpose: bytes) -> bytes:
    """Return 32 bytes for one purpose, so that no two uses share a key (RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(settings().key())


def cipher() -> Fernet:
    """Return the cipher for personal words."""
    return Fernet(base64.urlsafe_b64encode(_derived(b"secure-base words")))


def keyed_hash(identity: str) -> str:
    """Return 64 hex digits that stand for `identity` (a channel's sender id) and can't be turned back."""
    return hmac.new(_derived(b"secure-base identities"), identity.encode(), hashlib.sha256).hexdigest()


class Encrypted(TypeDecorator[str]):
    """A text column whose content is encrypted before it reaches the database."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> bytes | None:
        """Encrypt on the way in."""
        return None if value is None else cipher().encrypt(value.encode())

    def process_result_value(self, value: bytes | None, dialect: Any) -> str | None:
        """Decrypt on the way out. Raises InvalidToken when the secret is not the one it was written with."""
        return None if value is None else cipher().decrypt(value).decode()
