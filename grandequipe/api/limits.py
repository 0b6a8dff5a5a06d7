"""Rate limits of calls, per member, counted together with the forms of pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from grandequipe.api.identity import acting_member
from grandequipe.web.rate_limits import rate_limited

View = Callable[..., Any]

REFUSAL = 429


def limited(what: str) -> Callable[[View], View]:
    """Rate-limit a call; under `@call`, which then documents the status 429."""

    def declare(view: View) -> View:
        @wraps(view)
        def answer(*args: Any, **kwargs: Any) -> Any:
            with rate_limited(what, acting_member().id):
                return view(*args, **kwargs)

        answer.refusals = [REFUSAL]  # type: ignore[attr-defined]
        return answer

    return declare
