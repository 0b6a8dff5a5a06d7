"""The rules for a form whose key was used (see `web.form_keys`).

- By default the form creates something: the same content gets the first response; other content is
  shown again (409), for it may mean a change of what was created or something more.
- `separate`: other content is another request, and is carried out.
- `repeatable`: the form sets a state and is carried out again; if that is refused, the same content
  gets the first response.
- `unkeyed`: the form needs no key.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

View = Callable[..., Any]


class Rule(StrEnum):
    """What is done with a form whose key was used."""

    ONCE = "once"
    SEPARATE = "separate"
    REPEATABLE = "repeatable"
    UNKEYED = "unkeyed"


def _declared(rule: Rule, reason: str) -> Callable[[View], View]:
    def declare(view: View) -> View:
        view.form_rule, view.form_reason = rule, reason  # type: ignore[attr-defined]
        return view

    return declare


def separate(reason: str) -> Callable[[View], View]:
    """Declare a view for which other content under the same key is another request."""
    return _declared(Rule.SEPARATE, reason)


def repeatable(reason: str) -> Callable[[View], View]:
    """Declare a view that may run again under the same key, for it sets a state."""
    return _declared(Rule.REPEATABLE, reason)


def unkeyed(reason: str) -> Callable[[View], View]:
    """Declare a view whose form needs no key."""
    return _declared(Rule.UNKEYED, reason)


def rule_of(view: View) -> Rule:
    """Return the rule that a view declares."""
    return getattr(view, "form_rule", Rule.ONCE)
