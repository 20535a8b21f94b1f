"""A durable waiting place for what could not be stored, until the store is back.

Each entry is one encrypted line, on the disk before `append` returns. `deliver` hands the entries on in order and
keeps those that still can't be stored. Storing is idempotent, so an entry that is delivered twice because the
machine died in between is kept once.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.fernet import InvalidToken

from bot.care.secrecy import cipher
from bot.settings import settings

Entry = dict[str, Any]


class Journal:
    """The waiting place `name`; safe for several processes at once."""

    def __init__(self, name: str, folder: Path | None = None) -> None:
        """Take the journal's name and its folder (default: this installation's)."""
        self._path = (folder or settings().journal_folder) / f"{name}.journal"

    def append(self, entry: Entry) -> None:
        """Put `entry` on the disk. Raises OSError when even that is impossible."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        line = cipher().encrypt(json.dumps(entry).encode()) + b"\n"
        with self._locked("lock"), self._path.open("ab") as file:
            os.chmod(self._path, 0o600)
            # A machine that died while writing left half a line: start a new one, so that only that line is lost.
            if file.tell() and not self._path.read_bytes().endswith(b"\n"):
                line = b"\n" + line
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def waiting(self) -> int:
        """Return how many entries wait."""
        return len(_lines(self._taken)) + len(_lines(self._path))

    def deliver(self, store: Callable[[Entry], None]) -> int:
        """Hand each entry to `store` and return how many it took.

        `store` raises to refuse one, which then goes on waiting; the others are still tried. A line that can't be
        decrypted (another secret, half a line) is kept as well: a person may still be able to read it. A store that
        takes its time holds up no `append`: the entries are taken aside first, and are found there after a crash.
        """
        if not self._path.exists() and not self._taken.exists():
            return 0
        with self._locked("delivering"):
            self._take_aside()
            lines = _lines(self._taken)
            kept, delivered = [], 0
            for line in lines:
                try:
                    store(json.loads(cipher().decrypt(line)))
                    delivered += 1
                except InvalidToken:
                    kept.append(line)
                except Exception:
                    kept.append(line)
            if delivered:
                self._keep(kept)
        return delivered

    @property
    def _taken(self) -> Path:
        return self._path.with_suffix(".taken")

    def _take_aside(self) -> None:
        """Move what waits behind what a former delivery left."""
        with self._locked("lock"):
            if not self._path.exists():
                return
            if self._taken.exists():
                self._write_aside([*_lines(self._taken), *_lines(self._path)])
                self._path.unlink()
            else:
                self._path.replace(self._taken)

    def _keep(self, lines: list[bytes]) -> None:
        if lines:
            self._write_aside(lines)
        else:
            self._taken.unlink()

    def _write_aside(self, lines: list[bytes]) -> None:
        draft = self._path.with_suffix(".draft")
        with draft.open("wb") as file:
            os.chmod(draft, 0o600)
            file.write(b"".join(line + b"\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._taken)

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        with self._path.with_suffix(f".{name}").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _lines(path: Path) -> list[bytes]:
    return [line for line in path.read_bytes().splitlines() if line] if path.exists() else []
