"""Every check of the project, in the order of what they cost; pytest has the last word."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence

from bot.settings import ROOT

CHECKED = ("bot", "actions", "benchmarks")


def run_checks(pytest_arguments: Sequence[str], say: Callable[[str], None]) -> int:
    """Run ruff, mypy, `rasa data validate` and the tests, and return the exit code.

    With arguments for pytest only pytest runs, with them. All checks run even when one fails; the code is
    pytest's, or 1 when the tests passed and an earlier check did not.
    """
    if pytest_arguments:
        return _python("pytest", *pytest_arguments)
    typed = [name for name in CHECKED if any((ROOT / name).rglob("*.py"))]
    checks = {
        "ruff": ("ruff", "check", "."),
        "mypy": ("mypy", *typed),
        "rasa data validate": ("rasa", "data", "validate", "--fail-on-warnings"),
    }
    failed = []
    for name, command in checks.items():
        say(f"{name} ...")
        if _python(*command) != 0:
            failed.append(name)
    if failed:
        say(f"FAILED before the tests: {', '.join(failed)}. The exit code will say so.")
    say("pytest ...")
    return _python("pytest", "tests") or int(bool(failed))


def _python(*command: str) -> int:
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False).returncode
