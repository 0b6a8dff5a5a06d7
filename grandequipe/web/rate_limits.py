"""Rate limits of what reaches other members, counted in Redis for pages and the API alike.

Guarantee: an action is counted before it is carried out, so that many at once are not free, and
refunded if it fails. The limits are settings (LIMIT_…). Without Redis no request is refused.

Checking a text is work, whatever the result: previews and refused texts are counted as attempts,
which are never refunded. Too many previews are refused; after too many refused texts, the hits of
the next ones are not refunded either, so that their sender reaches the limit of the action itself.
An accepted text needs no further request to Redis than the one that counts the action.
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
from grandequipe.web.client_addresses import client_address as client_address, client_network

log = structlog.get_logger(__name__)

View = Callable[..., Any]

# A wide network (see `web.client_addresses`) may do as much as four clients.
WIDE_SHARE = 4

ATTEMPTS = "attempts"
# Limits of actions that send a text: refusing it takes as long as accepting it.
TEXTS = {"posts", "comments", "groups", "edits", "profiles", "group_settings"}


@contextmanager
def rate_limited(limit: str, key: object) -> Iterator[None]:
    """Count the action of the block, unless it fails; raise TooMany over the limit.

    `limit` names a setting ("posts" is LIMIT_POSTS); `key` is a member's id or a client's address.
    """
    if not hit(limit, key):
        raise too_many(limit, key)
    try:
        yield
    except BaseException:
        _refund_failed(limit, key)
        raise


def hit(limit: str, key: object) -> bool:
    """Count one action; return whether it is within the limit."""
    return redis_or_default(
        lambda: limiter.limiter.hit(limit_of(limit), limit, str(key)), default=True
    )


def refund(limit: str, key: object) -> None:
    """Count one action less, after it failed."""
    redis_or_default(
        lambda: limiter.limiter.hit(limit_of(limit), limit, str(key), cost=-1), default=True
    )


def seconds_to_wait(limit: str, key: object) -> int:
    """Return after how many seconds one more action may be within the limit."""
    stats = redis_or_default(
        lambda: limiter.limiter.get_window_stats(limit_of(limit), limit, str(key)), None
    )
    return max(1, ceil(stats.reset_time - time.time())) if stats else 1


def hit_client(limit: str) -> bool:
    """Count one action of the request's client, and of its wide network; return whether allowed."""
    wide = client_network()
    is_allowed = hit(limit, client_address())
    if is_allowed and wide is not None:
        is_allowed = redis_or_default(
            lambda: limiter.limiter.hit(_wide(limit), limit, wide), default=True
        )
    return bool(is_allowed)


def refund_client(limit: str) -> None:
    """Count one action of both less, after it failed."""
    wide = client_network()
    refund(limit, client_address())
    if wide is not None:
        redis_or_default(
            lambda: limiter.limiter.hit(_wide(limit), limit, wide, cost=-1), default=True
        )


def _wide(limit: str) -> RateLimitItem:
    own = limit_of(limit)
    return type(own)(own.amount * WIDE_SHARE, own.multiples)


def limited(limit: str) -> Callable[[View], View]:
    """Limit the POST requests of a member to a view; over the limit, answer 429."""

    def declare(view: View) -> View:
        @wraps(view)
        def wrapper(**kwargs: Any) -> Any:
            if not _is_member_post():
                return view(**kwargs)
            with rate_limited(limit, current_user.id):
                return view(**kwargs)

        return wrapper

    return declare


def limited_form(limit: str, *, previews: bool = False) -> Callable[[View], View]:
    """Do the same for a page with a form: a 429 shows the form again, with its content.

    `previews`: the view has previews, which store nothing and are counted as attempts only.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def wrapper(**kwargs: Any) -> Any:
            if not _is_member_post():
                return view(**kwargs)
            key, is_preview = current_user.id, previews and "preview" in request.form
            counts_as = ATTEMPTS if is_preview else limit
            if not hit(counts_as, key):
                return _refuse_form(view, kwargs, too_many(counts_as, key))
            try:
                response = make_response(view(**kwargs))
            except BaseException:
                _refund_failed(counts_as, key)
                raise
            if response.status_code >= 400:
                _refund_failed(counts_as, key)
            return response

        wrapper.shows_refusals = True  # type: ignore[attr-defined]  # see `web.form_keys`
        return wrapper

    return declare


def _refund_failed(limit: str, key: object) -> None:
    """Refund a failed action, unless it is an attempt or there were too many attempts."""
    if limit == ATTEMPTS or (limit in TEXTS and not hit(ATTEMPTS, key)):
        return
    refund(limit, key)


def _refuse_form(view: View, kwargs: dict[str, Any], refused: TooMany) -> Any:
    """Call the view with its form refused (see `web.forms.Form`), as for an invalid field."""
    g.refusal = refused.message
    response = make_response(view(**kwargs))
    response.status_code = 429
    response.headers["Retry-After"] = str(refused.seconds)
    return response


def _is_member_post() -> bool:
    """Whether a member sends a form; visitors are redirected to the log-in."""
    return bool(request.method == "POST" and current_user and current_user.is_authenticated)


def too_many(limit: str, key: object) -> TooMany:
    """Return the error of an action over its limit, with the seconds to wait."""
    seconds = seconds_to_wait(limit, key)
    delay = format_timedelta(seconds, threshold=1.2)
    message = _("That was a lot in a short time. You can carry on in %(delay)s.", delay=delay)
    return TooMany(message, seconds)


def limit_of(limit: str) -> RateLimitItem:
    """Return the limit that the operator has set."""
    return _parsed(getattr(current_app.config["SETTINGS"], f"limit_{limit}"))


@lru_cache(maxsize=32)
def _parsed(amount: str) -> RateLimitItem:
    return parse(amount)


def redis_or_default(query: Callable[[], Any], default: Any) -> Any:
    """Return the result of a query to Redis, or `default` if Redis does not answer."""
    try:
        return query()
    except RedisError as error:
        log.warning("limits_not_counted", error=type(error).__name__)
        return default
