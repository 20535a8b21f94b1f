"""Writes the transcripts in this folder from the running assistant: `.venv/bin/python docs/transcripts/record.py`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import httpx
import yaml

from bot.settings import settings

HERE = Path(__file__).parent


def main() -> None:
    """Hold each conversation of parents.yml, or those named, with the assistant on this machine, and write it down.

    The assistant must not know these parents yet: start it with a fresh SECUREBASE_VAR.
    """
    address = f"http://127.0.0.1:{settings().assistant_port}/webhooks/rest/webhook"
    conversations = yaml.safe_load((HERE / "parents.yml").read_text(encoding="utf-8"))
    with httpx.Client(timeout=60) as client:
        for name in sys.argv[1:] or conversations:
            conversation = conversations[name]
            lines = [f"# {conversation['title']}", ""]
            buttons: dict[str, str] = {}
            sender = f"transcript-{name}"  # decides between wordings: the same each time
            for said in conversation["says"]:
                pressed = said[1:-1] if said.startswith("[") else None
                if pressed is not None and pressed not in buttons:
                    raise SystemExit(f"{name}: the button {pressed!r} was not offered; there were {list(buttons)}.")
                lines.append(f"**Parent:** {said}\n")
                text = buttons[pressed] if pressed is not None else said
                answers = client.post(address, json={"sender": sender, "message": text}).raise_for_status().json()
                lines += [line for answer in answers if (line := _written(answer))]
                buttons = {one["title"]: one["payload"] for answer in answers for one in answer.get("buttons", [])}
            (HERE / f"{name}.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _written(answer: dict[str, Any]) -> str | None:
    if "text" not in answer:
        return None  # how long to pause between two lines of a breath
    paragraphs = answer["text"].replace("\n", "\n> ")
    buttons = "".join(f" `[{one['title']}]`" for one in answer.get("buttons", []))
    return f"> {paragraphs}{buttons}\n"


if __name__ == "__main__":
    main()
