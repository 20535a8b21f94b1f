"""Every setting, read once from the environment (`SECUREBASE_*`), with defaults that work on an empty machine."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path

from pydantic import BaseSettings, Field, SecretStr

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What can be set from outside. Each field is the environment variable `SECUREBASE_<FIELD>`."""

    var: Path = Field(default=ROOT / "var", description="Folder for everything this installation writes.")
    database_url: str = Field(default="", description="SQLAlchemy address; empty: SQLite under the var folder.")
    secret_key: SecretStr = Field(default=SecretStr(""), description="Made on first run and kept in the var folder.")
    region: str = Field(default="CA-ON", description="Whose services are offered when a parent has named no place.")
    encoder: Path | None = Field(default=None, description="Folder of another sentence-transformers BERT model.")
    clinic: str = Field(default="", description="Name of the clinic that can call a parent back; empty: none.")
    assistant_port: int = 5005
    actions_port: int = 5055

    class Config:
        env_prefix = "SECUREBASE_"

    @property
    def store_url(self) -> str:
        """The database's address, with the default filled in."""
        return self.database_url or f"sqlite:///{self.var / 'securebase.db'}"

    @property
    def encoder_folder(self) -> Path:
        """Where the quantized sentence encoder is built and read."""
        return self.var / "encoder"

    @property
    def risk_folder(self) -> Path:
        """Where the trained risk classifier is kept."""
        return self.var / "risk"

    @property
    def intents_folder(self) -> Path:
        """Where the encoder that was taught the intents is kept."""
        return self.var / "intents"

    @property
    def reviews_folder(self) -> Path:
        """Where the taught reviewer of apologies and of sentences to an upset child is kept."""
        return self.var / "reviews"

    @property
    def models_folder(self) -> Path:
        """Where trained models are kept: Rasa's own default folder."""
        return ROOT / "models"

    @property
    def journal_folder(self) -> Path:
        """Where something that could not be stored waits until the store is back."""
        return self.var / "journal"

    def key(self) -> bytes:
        """Return the installation's secret, from the environment or from `var/secret.key`.

        The file is made on first use, readable by its owner only. Raises OSError when the var folder can't
        be written.
        """
        given = self.secret_key.get_secret_value()
        if given:
            return given.encode()
        path = self.var / "secret.key"
        if not path.exists():
            self.var.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(f".{secrets.token_hex(8)}")  # of two threads as well, each has its own
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(48))
            try:
                os.link(draft, path)  # refuses to replace: of two processes that start at once, one key wins
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text().strip().encode()


@lru_cache
def settings() -> Settings:
    """Return the settings of this process."""
    return Settings()
