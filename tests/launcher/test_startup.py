"""What `run` settles before it starts anything: settings, ports, the folder, and being the only one."""

from __future__ import annotations

import multiprocessing
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot.settings import ROOT, Settings
from bot.startup import Problem, check_ports, check_writable, endpoints_file, only_run, parts, under_way


def free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    assistant, actions = free_ports()
    found = Settings(var=tmp_path / "var", assistant_port=assistant, actions_port=actions)
    check_writable(found)
    return found


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("which", ["assistant", "actions"])
def test_taken_port_is_named_with_the_variable_that_changes_it(tmp_path: Path, which: str) -> None:
    ports = dict(zip(("assistant", "actions"), free_ports(), strict=True))
    with socket.socket() as other:
        other.bind(("127.0.0.1", ports[which]))
        other.listen()
        result = command(
            "run",
            SECUREBASE_VAR=str(tmp_path),
            SECUREBASE_ASSISTANT_PORT=str(ports["assistant"]),
            SECUREBASE_ACTIONS_PORT=str(ports["actions"]),
        )
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert f"Port {ports[which]} is taken" in result.stderr
    assert f"SECUREBASE_{which.upper()}_PORT" in result.stderr
    assert not (tmp_path / "securebase.db").exists(), "something was started before the port was looked at"


@pytest.mark.parametrize("value", ["many", "0", "70000", "-1"])
def test_port_that_is_none_is_one_sentence(tmp_path: Path, value: str) -> None:
    result = command("run", SECUREBASE_VAR=str(tmp_path), SECUREBASE_ASSISTANT_PORT=value)
    assert result.returncode == 1
    assert result.stderr.startswith("securebase: SECUREBASE_ASSISTANT_PORT")
    assert result.stderr.count("\n") == 1


def test_both_parts_on_one_port_is_one_sentence(tmp_path: Path) -> None:
    result = command("run", SECUREBASE_VAR=str(tmp_path), SECUREBASE_ACTIONS_PORT="5005")
    assert result.returncode == 1
    assert "Both parts would use port 5005" in result.stderr


def test_data_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = command("train", SECUREBASE_VAR=str(tmp_path / "file" / "var"))
    assert result.returncode == 1
    assert "Nothing can be written in" in result.stderr and "SECUREBASE_VAR" in result.stderr
    assert result.stderr.count("\n") == 1


def test_port_that_was_just_let_go_counts_as_free(settings: Settings) -> None:
    with socket.socket() as server, socket.socket() as client:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", settings.actions_port))
        server.listen()
        client.connect(("127.0.0.1", settings.actions_port))
        server.accept()[0].close()  # leaves the port in TIME_WAIT
    check_ports(settings)


def _try_to_run(settings: Settings, answer: multiprocessing.Queue[str]) -> None:
    try:
        with only_run(settings):
            answer.put("ran")
    except Problem as problem:
        answer.put(str(problem))


def second_run(settings: Settings) -> str:
    answer: multiprocessing.Queue[str] = multiprocessing.Queue()
    process = multiprocessing.Process(target=_try_to_run, args=(settings, answer))
    process.start()
    process.join()
    return answer.get(timeout=5)


def test_second_run_of_the_same_folder_is_told_who_runs(settings: Settings) -> None:
    with only_run(settings):
        running = under_way(settings)
        assert running is not None
        assert running.assistant_port == settings.assistant_port
        said = second_run(settings)
        assert "already running" in said and str(running.pid) in said
    assert under_way(settings) is None
    assert second_run(settings) == "ran"


def test_runs_of_two_folders_do_not_mind_each_other(settings: Settings, tmp_path: Path) -> None:
    other = settings.copy(update={"var": tmp_path / "other"})
    check_writable(other)
    with only_run(settings):
        assert second_run(other) == "ran"


def test_other_actions_port_reaches_the_assistant_and_changes_nothing_else(settings: Settings) -> None:
    original = yaml.safe_load((ROOT / "endpoints.yml").read_text())
    copy = yaml.safe_load(endpoints_file(settings).read_text())
    assert copy["action_endpoint"]["url"] == f"http://localhost:{settings.actions_port}/webhook"
    copy["action_endpoint"]["url"] = original["action_endpoint"]["url"]
    assert copy == original


def test_usual_port_uses_the_file_that_engineers_edit(settings: Settings) -> None:
    assert endpoints_file(settings.copy(update={"actions_port": 5055})) == ROOT / "endpoints.yml"


def test_no_part_listens_to_other_machines(settings: Settings) -> None:
    by_name = {part.name: part for part in parts(settings, Path("a model.tar.gz"))}
    assert "127.0.0.1" in by_name["assistant"].command
    assert by_name["actions"].environment["SANIC_HOST"] == "127.0.0.1"
    assert "--enable-api" not in by_name["assistant"].command
    assert "a model.tar.gz" in by_name["assistant"].command


def test_unknown_command_and_none_show_help_without_a_traceback() -> None:
    for arguments in ((), ("nonsense",)):
        result = command(*arguments)
        assert result.returncode != 0
        assert "Usage" in result.stdout + result.stderr
        assert "Traceback" not in result.stderr
