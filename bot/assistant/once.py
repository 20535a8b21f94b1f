"""What Rasa 3.6.21 works out anew on every turn although it never changes, worked out once.

Two things, found with a profiler (docs/benchmarks.md): the JSON schema of an action's answer is itself checked before
each use, which takes longer than all that our actions do; and the class of each event of a conversation is searched
among all subclasses whenever the conversation is read. The checks and their results stay the same.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jsonschema import Validator
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event


def compute_once() -> None:
    """Put both into place in this process; calling it again changes nothing."""
    RemoteAction._validate_action_result = _is_valid_result
    if not hasattr(Event.resolve_by_type, "cache_info"):
        Event.resolve_by_type = staticmethod(lru_cache(maxsize=None)(Event.resolve_by_type))


@lru_cache(maxsize=1)
def _validator() -> Validator:
    schema = RemoteAction.action_response_format_spec()
    checker: Validator = validator_for(schema)(schema)
    return checker


def _is_valid_result(_action: RemoteAction, result: dict[str, Any]) -> bool:
    """Return True for an answer of the action server in Rasa's format; raises ValidationError for any other."""
    _validator().validate(result)
    return True
