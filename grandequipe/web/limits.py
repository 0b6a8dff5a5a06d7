"""How often one may do what reaches others, counted in Redis for pages and the API alike.

Guarantee: what is done is counted before it is done, so that many at once are not free, and given
back where nothing came of it. The sizes are settings (LIMIT_…). A Redis that does not answer
refuses nobody.

To look at a text is work, whatever comes of it: previews and refused texts are counted as attempts,
which are never given back. Too many previews are refused; after too many refused texts, what was
taken for the next ones is not given back either, so that they end at the limit of what they wanted
to be. Nothing more is asked of Redis for a text that is accepted: its one trip stays one.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, wraps
from math import ceil
from typing import Any

import structlog
from flask import current_app, g, make_response, request
from flask_babel import format_timedelta, gettext as _
from flask_login import current_user
from limits import RateLimitItem, parse
from redis import RedisError

from grandequipe.core.errors import TooMany
from grandequipe.extensions import limiter
from grandequipe.web.places import place as place, wide_place

log = structlog.get_logger(__name__)

View = Callable[..., Any]

# Strangers who share a wide network do four times as much together as one of them.
WIDE_SHARE = 4

ATTEMPTS = "attempts"
# What a text is sent for: to refuse it takes as long as to accept it.
TEXTS = {"posts", "comments", "groups", "edits", "profiles", "group_settings"}


@contextmanager
def counted(what: str, who: object) -> Iterator[None]:
    """Count what the block does, unless it fails; raise TooMany where it was done too often."""
    if not take(what, who):
        raise too_many(what, who)
    try:
        yield
    except BaseException:
        _came_to_nothing(what, who)
        raise


def take(what: str, who: object) -> bool:
    """Count one more; tell whether that is still allowed."""
    return ask(lambda: limiter.limiter.hit(_limit(what), what, str(who)), otherwise=True)


def give_back(what: str, who: object) -> None:
    """Count one less: what was taken for it did not come to be."""
    ask(lambda: limiter.limiter.hit(_limit(what), what, str(who), cost=-1), otherwise=True)


def seconds_to_wait(what: str, who: object) -> int:
    """Tell after how many seconds one more may be allowed."""
    stats = ask(lambda: limiter.limiter.get_window_stats(_limit(what), what, str(who)), None)
    return max(1, ceil(stats.reset_time - time.time())) if stats else 1


def take_here(what: str) -> bool:
    """Count one more for the place that the request comes from, and for the network around it."""
    wide = wide_place()
    is_allowed = take(what, place())
    if is_allowed and wide is not None:
        is_allowed = ask(lambda: limiter.limiter.hit(_wide(what), what, wide), otherwise=True)
    return bool(is_allowed)


def give_back_here(what: str) -> None:
    """Count one less for both: what was taken for it did not come to be."""
    wide = wide_place()
    give_back(what, place())
    if wide is not None:
        ask(lambda: limiter.limiter.hit(_wide(what), what, wide, cost=-1), otherwise=True)


def _wide(what: str) -> RateLimitItem:
    own = _limit(what)
    return type(own)(own.amount * WIDE_SHARE, own.multiples)


def limited(what: str) -> Callable[[View], View]:
    """Let a member do this so often with a page, then answer 429."""

    def declare(view: View) -> View:
        @wraps(view)
        def answer(**given: Any) -> Any:
            if not _is_counted():
                return view(**given)
            with counted(what, current_user.id):
                return view(**given)

        return answer

    return declare


def limited_form(what: str, *, previews: bool = False) -> Callable[[View], View]:
    """Do the same for a page with a form: 429 shows it again, with what was typed.

    `previews` says that the view knows previews, which keep nothing: they are only attempts.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def answer(**given: Any) -> Any:
            if not _is_counted():
                return view(**given)
            who, is_preview = current_user.id, previews and "preview" in request.form
            counts_as = ATTEMPTS if is_preview else what
            if not take(counts_as, who):
                return _asked_again(view, given, too_many(counts_as, who))
            try:
                response = make_response(view(**given))
            except BaseException:
                _came_to_nothing(counts_as, who)
                raise
            if response.status_code >= 400:
                _came_to_nothing(counts_as, who)
            return response

        answer.shows_refusals = True  # type: ignore[attr-defined]  # see `web.form_keys`
        return answer

    return declare


def _came_to_nothing(what: str, who: object) -> None:
    """Give back what was taken, unless it is an attempt, or one of too many."""
    if what == ATTEMPTS or (what in TEXTS and not take(ATTEMPTS, who)):
        return
    give_back(what, who)


def _asked_again(view: View, given: dict[str, Any], refused: TooMany) -> Any:
    """Have the view find its form refused (see `web.forms.Form`), as for a wrong field."""
    g.refusal = refused.message
    response = make_response(view(**given))
    response.status_code = 429
    response.headers["Retry-After"] = str(refused.seconds)
    return response


def _is_counted() -> bool:
    """Tell whether a member writes: a visitor is sent to log in."""
    return bool(request.method == "POST" and current_user and current_user.is_authenticated)


def too_many(what: str, who: object) -> TooMany:
    """Say that this was done too often, and when one may go on."""
    seconds = seconds_to_wait(what, who)
    delay = format_timedelta(seconds, threshold=1.2)
    message = _("That was a lot in a short time. You can carry on in %(delay)s.", delay=delay)
    return TooMany(message, seconds)


def _limit(what: str) -> RateLimitItem:
    return _parsed(getattr(current_app.config["SETTINGS"], f"limit_{what}"))


@lru_cache(maxsize=32)
def _parsed(amount: str) -> RateLimitItem:
    return parse(amount)


def ask(question: Callable[[], Any], otherwise: Any) -> Any:
    """Ask Redis something about limits; where it does not answer, `otherwise` is the answer."""
    try:
        return question()
    except RedisError as error:
        log.warning("limits_not_counted", error=type(error).__name__)
        return otherwise
