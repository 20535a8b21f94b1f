"""The launcher, run for real in folders of its own; a stand-in for uv, so that nothing is downloaded."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = """
    sh dirname readlink cat sha256sum cut df awk mkdir rm sleep kill grep ls wc sed cp ln touch
""".split()  # noqa: SIM905

# Stands for uv: notes each call, and makes an environment whose python is the one that runs these tests.
UV = f"""#!/bin/sh
echo "$*" >>"$CALLS"
case $1 in
    venv) for last; do :; done; mkdir -p "$last/bin"; ln -s '{sys.executable}' "$last/bin/python" ;;
    pip) sleep "${{UV_TAKES:-0}}"; [ -z "${{UV_SAYS:-}}" ] || {{ echo "$UV_SAYS" >&2; exit 2; }} ;;
    python) exit 1 ;;
esac
"""


class Copy:
    """A copy of the launcher with tiny locks and a command line that prints what it was given."""

    def __init__(self, folder: Path, tools: Path) -> None:
        self.folder = folder
        self.tools = tools
        self.calls = tools / "calls"
        (folder / "bot").mkdir(parents=True)
        shutil.copy(ROOT / "securebase", folder)
        shutil.copy(ROOT / "requirements-uv.lock", folder)
        (folder / "requirements.lock").write_text("one==1 \\\n    --hash=sha256:00\n")
        (folder / "requirements-encoder.lock").write_text("two==2 \\\n    --hash=sha256:00\n")
        (folder / "bot" / "__init__.py").touch()
        (folder / "bot" / "cli.py").write_text("import os, sys\nprint(os.getcwd(), sys.argv[1:])\n")
        tools.mkdir()
        for name in TOOLS:
            (tools / name).symlink_to(shutil.which(name) or pytest.fail(f"{name} is missing here"))
        self.add("uv", UV)
        self.add("python3.10", f"#!/bin/sh\nexec '{sys.executable}' \"$@\"\n")

    def add(self, name: str, script: str) -> None:
        (self.tools / name).write_text(script)
        (self.tools / name).chmod(0o755)

    def environment(self, **more: str) -> dict[str, str]:
        return {"PATH": str(self.tools), "HOME": str(self.tools), "CALLS": str(self.calls), **more}

    def start(self, *arguments: str, by: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(by or self.folder / "securebase"), *arguments],
            env=self.environment(**more),
            cwd="/",
            capture_output=True,
            text=True,
            timeout=30,
        )

    def begin(self, **more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(self.folder / "securebase"), "hello"],
            env=self.environment(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def installs(self) -> int:
        return self.calls.read_text().count("pip sync") if self.calls.exists() else 0


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path / "my clinic's copy", tmp_path / "tools")


def sentences(result: subprocess.CompletedProcess[str]) -> list[str]:
    """Return what the launcher said, having made sure that it failed, and did so in words only."""
    assert result.returncode == 1
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines and all(line.startswith("securebase: ") for line in lines), result.stderr
    return lines


def test_sets_itself_up_in_a_path_with_spaces_and_hands_over(copy: Copy) -> None:
    result = copy.start("screen", "two words", "--flag")
    assert result.stdout == f"{copy.folder} ['screen', 'two words', '--flag']\n", result.stderr
    assert "First start" in result.stderr
    assert "--require-hashes requirements.lock requirements-encoder.lock" in copy.calls.read_text()


def test_works_through_a_chain_of_links(copy: Copy, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "base").symlink_to("../first link")
    (tmp_path / "first link").symlink_to(copy.folder / "securebase")
    assert copy.start("x", by=tmp_path / "bin" / "base").stdout == f"{copy.folder} ['x']\n"


def test_second_start_installs_nothing_and_says_nothing(copy: Copy) -> None:
    copy.start()
    calls = copy.calls.read_text()
    assert copy.start("again").stderr == ""
    assert copy.calls.read_text() == calls


def test_changed_lock_updates_the_environment_without_remaking_it(copy: Copy) -> None:
    copy.start()
    kept = copy.folder / ".venv" / "kept"
    kept.touch()
    (copy.folder / "requirements.lock").write_text("one==2 \\\n    --hash=sha256:11\n")
    assert "has changed" in copy.start().stderr
    assert copy.installs() == 2
    assert kept.exists()


def test_moved_folder_is_set_up_anew(copy: Copy) -> None:
    copy.start()
    (copy.folder / ".venv" / "old").touch()
    copy.folder = copy.folder.rename(copy.folder.with_name("elsewhere"))
    assert copy.start("x").stdout == f"{copy.folder} ['x']\n"
    assert not (copy.folder / ".venv" / "old").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted_install_is_repaired_by_the_next_start(copy: Copy, number: signal.Signals) -> None:
    process = copy.begin(UV_TAKES="3")
    wait_until(lambda: copy.installs() == 1)
    (copy.folder / ".venv" / "half").touch()
    process.send_signal(number)
    process.communicate(timeout=10)
    assert process.returncode == (130 if number != signal.SIGKILL else -number)
    result = copy.start("x")
    assert result.returncode == 0, result.stderr
    assert copy.installs() == 2
    assert not (copy.folder / ".venv" / "half").exists()


@pytest.mark.parametrize("flock", [True, False], ids=["flock", "mkdir"])
def test_two_starts_at_once_install_once(copy: Copy, flock: bool) -> None:
    if flock:
        (copy.tools / "flock").symlink_to(shutil.which("flock") or pytest.skip("no flock here"))
    first, second = copy.begin(UV_TAKES="2"), copy.begin(UV_TAKES="2")
    outputs = [process.communicate(timeout=20) for process in (first, second)]
    assert [process.returncode for process in (first, second)] == [0, 0], outputs
    assert copy.installs() == 1
    assert sum("Another start is installing" in errors for _, errors in outputs) == 1


def test_lock_of_a_killed_start_is_not_waited_for(copy: Copy) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    lock = copy.folder / "var" / "install.lock.d"
    lock.mkdir(parents=True)
    (lock / "pid").write_text(str(dead.pid))
    assert copy.start("x").returncode == 0


def test_shim_that_only_complains_is_passed_over_for_pyenv(copy: Copy) -> None:
    copy.add("python3.10", "#!/bin/sh\necho 'pyenv: python3.10: command not found' >&2\nexit 127\n")
    version = copy.tools / ".pyenv" / "versions" / "3.10.99" / "bin"
    version.mkdir(parents=True)
    (version / "python3.10").symlink_to(sys.executable)
    assert copy.start("x").returncode == 0
    assert str(version / "python3.10") in copy.calls.read_text()


def test_no_python_3_10_anywhere_says_what_to_do(copy: Copy) -> None:
    (copy.tools / "python3.10").unlink()
    assert "no Python 3.10" in sentences(copy.start())[-1]
    assert "python install 3.10" in copy.calls.read_text()


def test_neither_python_nor_uv_names_the_packages_to_install(copy: Copy) -> None:
    (copy.tools / "python3.10").unlink()
    (copy.tools / "uv").unlink()
    assert "apt-get install python3 python3-venv" in sentences(copy.start())[-1]


def test_debian_python_without_venv_and_pip_names_the_package(copy: Copy) -> None:
    (copy.tools / "uv").unlink()
    python = f'#!/bin/sh\n[ "$1" != -m ] || exit 1\nexec \'{sys.executable}\' "$@"\n'
    copy.add("python3", python)
    assert "apt-get install python3-venv" in sentences(copy.start())[-1]


def test_debian_python_with_pip_but_no_venv_installs_uv_beside_it(copy: Copy) -> None:
    (copy.tools / "uv").rename(copy.tools / "uv-to-install")
    copy.add(
        "python3",
        '#!/bin/sh\n[ "$2" != venv ] || exit 1\n[ "$3" = install ] || exit 0\n'
        'mkdir -p "$5/bin" && cp "${0%/*}/uv-to-install" "$5/bin/uv" && echo "$*" >>"$CALLS"\n',
    )
    result = copy.start("x")
    assert result.returncode == 0, result.stderr
    assert "-m pip install --target" in copy.calls.read_text()
    assert "--require-hashes" in copy.calls.read_text().splitlines()[0]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("error: Request failed\n  Caused by: dns error: failed to lookup address", "internet"),
        ("error: Failed to extract\n  Caused by: No space left on device (os error 28)", "disk is full"),
        ("error: Hash mismatch for `one==1`", "refused"),
        ("error: something nobody foresaw", "install.log"),
    ],
)
def test_failed_install_is_explained_and_repaired(copy: Copy, said: str, expected: str) -> None:
    assert expected in sentences(copy.start(UV_SAYS=said))[-1]
    assert said in (copy.folder / "var" / "log" / "install.log").read_text()
    assert copy.start("x").returncode == 0


def test_full_disk_is_seen_before_anything_is_installed(copy: Copy) -> None:
    (copy.tools / "df").unlink()
    copy.add("df", "#!/bin/sh\nprintf 'Filesystem 1024-blocks Used Available\\ndisk 9 9 2048\\n'")
    assert "2 MB are free" in sentences(copy.start())[-1]
    assert copy.installs() == 0


@pytest.fixture
def read_only(copy: Copy) -> Iterator[Copy]:
    """A copy that even root can't write to: Linux refuses everybody when a folder is marked immutable."""
    if os.geteuid() != 0:
        copy.folder.chmod(0o555)
        yield copy
        copy.folder.chmod(0o755)
        return
    chattr = shutil.which("chattr") or shutil.which("chattr", path="/usr/sbin:/sbin")
    if not chattr or subprocess.run([chattr, "+i", copy.folder], capture_output=True).returncode != 0:
        pytest.skip("root can't be kept from writing on this file system")
    yield copy
    subprocess.run([chattr, "-i", copy.folder], check=True)


def test_read_only_folder_says_so(read_only: Copy) -> None:
    assert "Nothing can be written in" in sentences(read_only.start())[-1]


def test_installed_copy_starts_from_a_read_only_folder(copy: Copy, request: pytest.FixtureRequest) -> None:
    copy.start()
    request.getfixturevalue("read_only")
    assert copy.start("x").returncode == 0


def test_children_inherit_quiet_and_no_foreign_modules(copy: Copy) -> None:
    (copy.folder / "bot" / "cli.py").write_text("import os\nprint(dict(os.environ))\n")
    seen = eval(copy.start(PYTHONPATH="/somewhere", OMP_NUM_THREADS="7").stdout)  # our own script's repr
    assert "PYTHONPATH" not in seen
    assert seen["RASA_TELEMETRY_ENABLED"] == "false"
    assert seen["OMP_NUM_THREADS"] == "7"


def test_lock_files_name_hashes_and_no_address() -> None:
    for name in ("requirements.lock", "requirements-encoder.lock", "requirements-uv.lock"):
        lock = (ROOT / name).read_text()
        assert "://" not in lock and "--index" not in lock
        blocks = [block for block in lock.split("\n") if "==" in block and not block.lstrip().startswith("#")]
        assert blocks and all(block.endswith("\\") for block in blocks), f"{name}: a package without a hash"


def wait_until(true: object, seconds: float = 10) -> None:
    assert callable(true)
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "did not happen in time"
        time.sleep(0.02)
