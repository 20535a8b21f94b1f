"""The commands of `./securebase`. Each is a few lines: what they do lives in the modules they import.

Modules are imported inside the commands, so that each starts as fast as what it needs.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from bot.settings import ROOT, Settings
from bot.startup import Problem

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Secure Base: a conversational assistant for parents.",
)
console = Console(highlight=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True)

COLOURS = {"assistant": "cyan", "actions": "green", "worker": "magenta"}


def _say(line: str) -> None:
    errors.print(Text(line))


# Sanic turns warnings on that the launcher has turned off: of these a person at the terminal can mend none.
# They stand in var/log all the same.
NOISE = re.compile(r"^/.*site-packages/.*:\d+: \w*Warning: |^  (?!File )\S|^Implementing implicit namespace")


def _show(name: str, line: str) -> None:
    if NOISE.search(line):
        return
    with suppress(OSError):  # the terminal may be gone before the parts are
        prefix = Text(f"{name:>11} | ", COLOURS.get(name, "bold"))
        console.print(prefix + Text.from_ansi(line), soft_wrap=True)


def _settings() -> Settings:
    from bot.startup import read_settings

    return read_settings()


def _welcome(settings: Settings) -> Callable[[], None]:
    from bot.startup import rest_address

    rest = rest_address(settings.assistant_port)
    lines = (
        "Secure Base is ready.",
        f"Talk to it in another terminal:  {ROOT / 'securebase'} chat",
        f"Or from a program:  curl -s {rest} -H 'Content-Type: application/json' "
        """-d '{"sender": "me", "message": "hello"}'""",
        f"See that it is up:  http://127.0.0.1:{settings.assistant_port}/",
        f"Logs are in {settings.var / 'log'}. Ctrl-C stops everything.",
    )

    def welcome() -> None:
        for line in lines:
            _show("secure base", line)

    return welcome


@app.command()
def run() -> None:
    """Set up what is missing, train if the data changed, and start everything."""
    from bot.processes import Supervisor
    from bot.startup import check_ports, check_writable, only_run, parts, prepare

    settings = _settings()
    check_writable(settings)
    with only_run(settings):
        check_ports(settings)
        model = prepare(settings, _say)
        check_ports(settings)  # training takes long enough for another program to take one
        logs = settings.var / "log"
        Supervisor(parts(settings, model), logs, _show, folder=ROOT).run(_welcome(settings))


@app.command()
def train(
    force: Annotated[bool, typer.Option("--force", help="Train even if nothing changed.")] = False,
) -> None:
    """Train the assistant if its data, domain, configuration or source changed."""
    from bot.startup import check_writable
    from bot.training import ensure_model

    settings = _settings()
    check_writable(settings)
    console.print(f"Model: {ensure_model(settings, _say, force)}", soft_wrap=True)


@app.command()
def chat() -> None:
    """Talk to the assistant here; starts it first if it is not running."""
    from bot.startup import check_ports, prepare, rest_address, under_way
    from bot.terminal import Conversation, background_run

    settings = _settings()
    if running := under_way(settings):
        Conversation(running.rest, console).talk()
        return
    check_ports(settings)
    prepare(settings, _say)
    _say("Starting the assistant; one moment.")
    home = f"http://127.0.0.1:{settings.assistant_port}/"
    with background_run(home, settings.var / "log" / "run.log"):
        Conversation(rest_address(settings.assistant_port), console).talk()


@app.command(context_settings={"ignore_unknown_options": True})
def test(
    pytest_arguments: Annotated[list[str] | None, typer.Argument(help="For pytest, run alone.")] = None,
) -> None:
    """Run every check and every test."""
    from bot.checks import run_checks

    raise typer.Exit(run_checks(pytest_arguments or [], _say))


@app.command()
def screen() -> None:
    """Screen for risk: {"text": ...} a line on standard input, one result a line on standard output."""
    settings = _settings()
    _prepare_detector(settings)
    from bot.language.risk.detector import detector

    both = detector()
    _answer_lines(lambda text: both.detect(text).to_dict())


def _prepare_detector(settings: Settings) -> None:
    """Check the rules, and teach the classifier if need be; where that can't be done, the rules screen alone."""
    from bot.language.risk.rules import RuleError
    from bot.language.risk.screener import screener
    from bot.lessons import RISK, ensure_taught

    try:
        screener()
    except RuleError as error:
        raise Problem(f"The risk patterns can't be read: {error}") from error
    try:
        ensure_taught(RISK, settings, _say)
    except (Problem, OSError) as problem:
        _say(f"The rules screen alone: {problem}")


@app.command()
def evaluate(
    what: Annotated[str, typer.Argument(help="What to measure: risk, understanding or reviews.")],
    messages: Annotated[Path | None, typer.Option(help="Risk: another file of labelled messages.")] = None,
    stock_epochs: Annotated[int, typer.Option(help="Understanding: how long Rasa's stock is trained; 0: not.")] = 10,
) -> None:
    """Measure on messages that nobody used to make it; prints the report and saves it."""
    measures = {
        "risk": lambda: _evaluate_risk(messages),
        "understanding": lambda: _evaluate_understanding(stock_epochs),
        "reviews": _evaluate_reviews,
    }
    if what not in measures:
        raise Problem(f"There is nothing to evaluate called {what!r}: say {', '.join(measures)}.")
    _say(f"Saved in {measures[what]()}.")


def _evaluate_risk(messages: Path | None) -> Path:
    settings = _settings()
    _prepare_detector(settings)
    from bot.evaluation import HELD_OUT, evaluate_risk
    from bot.language.risk.examples import ExampleError
    from bot.training import ensure_encoder

    ensure_encoder(settings, _say)
    try:
        lines, saved = evaluate_risk(settings, messages or HELD_OUT)
    except ExampleError as error:
        raise Problem(f"The messages can't be used: {error}") from error
    for line in lines:
        console.print(Text(line), soft_wrap=True)
    return saved


def _evaluate_understanding(stock_epochs: int) -> Path:
    from bot.training import ensure_model

    model = ensure_model(_settings(), _say)
    from benchmarks.held_out import evaluate_understanding

    return evaluate_understanding(model, stock_epochs, _say)


def _evaluate_reviews() -> Path:
    from bot.lessons import REVIEWS, ensure_taught

    settings = _settings()
    ensure_taught(REVIEWS, settings, _say)
    from benchmarks.held_out import evaluate_reviews

    return evaluate_reviews(settings)


@app.command()
def understand() -> None:
    """Say what messages mean: {"text": ...} a line in, intent, feelings, age and urgency a line out."""
    from bot.startup import check_writable
    from bot.training import ensure_model

    settings = _settings()
    check_writable(settings)
    model = ensure_model(settings, _say)
    from bot.assistant.understanding import Understanding

    _answer_lines(Understanding.load(model).read)


@app.command("review-apology")
def review_apology() -> None:
    """Review apologies to a child: {"text": ...} a line in, what repairs and what takes it back a line out."""
    from bot.language.apology import review_apology as review

    _review(lambda text, reviewer: review(text, reviewer), "sincere")


@app.command("review-validation")
def review_validation() -> None:
    """Review what is said to an upset child: {"text": ...} a line in, what validates and what doesn't a line out."""
    from bot.language.validation import review_validation as review

    _review(lambda text, reviewer: review(text, reviewer), "validating")


def _review(review: Callable[[str, Any], Any], verdict: str) -> None:
    from bot.language.reviewer import reviewer
    from bot.lessons import REVIEWS, ensure_taught

    settings = _settings()
    ensure_taught(REVIEWS, settings, _say)
    taught = reviewer(settings.reviews_folder)

    def line(text: str) -> dict[str, Any]:
        found = review(text, taught)
        return {
            verdict: getattr(found, verdict),
            "flaws": list(found.flaws),
            "suggestion": found.suggestion,
            "words": dict(found.words),
        }

    _answer_lines(line)


def _answer_lines(read: Callable[[str], dict[str, Any]]) -> None:
    from bot.json_lines import answer_lines

    answer_lines(read, sys.stdin.buffer, sys.stdout)


@app.command()
def support(
    stale: Annotated[bool, typer.Option("--stale", help="Only what should be checked again.")] = False,
) -> None:
    """List the services that parents are told of; --stale: those to verify again."""
    from bot.care.support import Directory, SupportError
    from bot.services_list import service_lines

    try:
        lines = list(service_lines(Directory.load(), date.today(), stale))
    except SupportError as error:
        raise Problem(f"The services directory can't be read: {error}") from error
    for line in lines or ["Every service was verified in the last half year."]:
        console.print(Text(line), soft_wrap=True)


@app.command()
def doctor() -> None:
    """Say what is wrong with this installation, and what to do about it."""
    from bot.doctor import examine

    sound = True
    for finding in examine(_settings()):
        sound = sound and not finding.to_do
        word = Text("problem", "bold red") if finding.to_do else Text("ok     ", "green")
        rest = f"  {finding.subject}: {finding.to_do}" if finding.to_do else f"  {finding.subject}"
        console.print(word + Text(rest), soft_wrap=True)
    raise typer.Exit(0 if sound else 1)


def main() -> None:
    """Run the command that the arguments name; what a person can cause is one sentence, not a traceback."""
    try:
        app(prog_name="./securebase")
    except Problem as problem:
        _say(f"securebase: {problem}")
    except OSError as error:
        _say(f"securebase: {error.strerror or error}{f': {error.filename}' if error.filename else ''}.")
    sys.exit(1)


if __name__ == "__main__":
    main()
