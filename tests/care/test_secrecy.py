"""What is personal is unreadable on the disk, and identities can't be turned back."""

from __future__ import annotations

import hashlib
import sqlite3
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.fernet import InvalidToken

from bot.care.checkins import Draft, keep, summary
from bot.care.journal import Journal
from bot.care.secrecy import cipher, keyed_hash
from bot.settings import Settings
from tests.conftest import forget

SECRETS = {"moment": "the zebra at breakfast", "helped": "a platypus cuddle", "note": "don't tell the walrus"}


def test_no_word_and_no_identity_stands_on_the_disk(store: Settings) -> None:
    for number in range(5):
        keep(Draft("ana-from-telegram", str(number), 3, child_feeling="worried", moment_kind="rupture", **SECRETS))
    Journal("check_ins").append({"sender": "ana-from-telegram", **SECRETS})
    assert summary("ana-from-telegram").helped == SECRETS["helped"]
    forget()
    files = [path for path in store.var.rglob("*") if path.is_file()]
    written = b"".join(path.read_bytes() for path in files)
    assert b"worried" in written, "a feeling is not encrypted: without it this search proves nothing"
    for secret in (b"zebra", b"platypus", b"walrus", b"ana-from-telegram", b"telegram"):
        assert secret not in written


def test_the_same_words_are_written_differently_each_time(store: Settings) -> None:
    for number in range(2):
        keep(Draft("ana", str(number), 3, note="the same note"))
    with sqlite3.connect(store.var / "securebase.db") as raw:
        notes = [row[0] for row in raw.execute("select note from check_ins")]
    assert len(set(notes)) == 2


def test_another_secret_reads_nothing_and_matches_nobody(store: Settings, change: Callable[..., Settings]) -> None:
    keep(Draft("ana", "1", 3, helped="a walk"))
    sealed = cipher().encrypt(b"words")
    change(secret_key="another secret")
    assert summary("ana").count == 0
    with pytest.raises(InvalidToken):
        cipher().decrypt(sealed)
    change(secret_key="")
    assert summary("ana").helped == "a walk"


def test_a_hash_stands_for_one_identity(installation: Settings, change: Callable[..., Settings]) -> None:
    hashed = keyed_hash("ana")
    assert len(hashed) == 64 and int(hashed, 16)
    assert hashed == keyed_hash("ana") != keyed_hash("Ana")
    assert hashed != hashlib.sha256(b"ana").hexdigest(), "without a key, names can be tried one by one"
    change(secret_key="another secret")
    assert keyed_hash("ana") != hashed


def test_the_key_is_made_once_and_is_the_owner_s_alone(installation: Settings) -> None:
    first = installation.key()
    path = installation.var / "secret.key"
    assert len(first) >= 48
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    forget()
    assert Settings().key() == first


def test_of_several_threads_that_start_at_once_one_key_wins(installation: Settings) -> None:
    for _ in range(20):
        (installation.var / "secret.key").unlink(missing_ok=True)
        with ThreadPoolExecutor(4) as threads:
            keys = {found.result() for found in [threads.submit(installation.key) for _ in range(4)]}
        assert keys == {installation.key()}
        assert [path.name for path in installation.var.iterdir()] == ["secret.key"], "a draft of the key is left"


def test_each_use_has_a_key_of_its_own(installation: Settings, change: Callable[..., Settings]) -> None:
    """The identity hash must not be a way to the words' key."""
    change(secret_key="known")
    from bot.care import secrecy

    assert secrecy._derived(b"secure-base words") != secrecy._derived(b"secure-base identities")
