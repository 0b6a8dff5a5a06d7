"""What becomes of a form that comes again under a key that was used (see `web.form_keys`).

- By default it made something: the same words get the first answer; other words are shown again
  (409), for nobody knows whether they mean what was made or something more.
- `separate`: other words are another request, and are carried out.
- `repeatable`: the act brings about a state and is carried out again; where it is refused by then,
  the same words get the first answer.
- `unkeyed`: the form needs no key.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

View = Callable[..., Any]


class Rule(StrEnum):
    """What becomes of a form whose key was used."""

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
    """Declare a view to which other words under the same key are another request."""
    return _declared(Rule.SEPARATE, reason)


def repeatable(reason: str) -> Callable[[View], View]:
    """Declare a view that may do its work again under the same key, for it sets a state."""
    return _declared(Rule.REPEATABLE, reason)


def unkeyed(reason: str) -> Callable[[View], View]:
    """Declare a view whose form needs no key."""
    return _declared(Rule.UNKEYED, reason)


def rule_of(view: View) -> Rule:
    """Tell what was declared of a view."""
    return getattr(view, "form_rule", Rule.ONCE)
