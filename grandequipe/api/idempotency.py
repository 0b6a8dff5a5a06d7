"""A POST sent twice under one `Idempotency-Key` is carried out once.

Guarantee: the key is claimed and the answer kept in the transaction of the work itself, so
there is an answer exactly when there is an effect. A second request waits at the unique key
until the first has committed (then it is given the same answer) or failed (then it does the
work). Refusals are not kept: what was refused may be tried again.
"""

from collections.abc import Callable
from datetime import timedelta

from flask import Response, request
from sqlalchemy import delete

from grandequipe.api.models import IdempotencyKey
from grandequipe.core import claims, clock, signing
from grandequipe.core.errors import Invalid
from grandequipe.extensions import db
from grandequipe.members.models import Member

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 255
KEPT_HEADERS = ("Location",)

Work = Callable[[], Response]


def answered_once(member: Member, work: Work) -> Response:
    """Do the work within the present transaction, unless its key has an answer already."""
    key = given_key()
    if key is None:
        return work()
    claimed = claim(member, key)
    if claimed.status is not None:
        return _replayed(claimed)
    answer = work()
    keep(claimed, answer, answer.get_data())
    return answer


def given_key() -> str | None:
    """Read the request's key; raise Invalid for one that cannot be kept."""
    key = request.headers.get(HEADER) if request.method == "POST" else None
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isprintable()):
        raise Invalid({HEADER: f"Give 1 to {LONGEST_KEY} printable characters."})
    return key


def claim(member: Member, key: str) -> IdempotencyKey:
    """Claim a key, or give the row of whoever had it; one that is too old is claimed anew."""
    fresh = {
        "method": request.method,
        # For whoever looks into the table; what tells two requests apart is the fingerprint.
        "path": request.path[:LONGEST_KEY],
        "fingerprint": _fingerprint(),
        "created_at": clock.now(),
        "status": None,
        "headers": {},
        "body": None,
    }
    name = {"member_id": member.id, "key": key}
    claimed, is_new = claims.claim(IdempotencyKey, name, fresh, clock.now() - KEPT_FOR)
    if not is_new and claimed.fingerprint != fresh["fingerprint"]:
        raise Invalid({HEADER: "This key was used for another request."})
    return claimed


def forget(claimed: IdempotencyKey) -> None:
    """Forget an answer that is worth nothing any more; of many at once, one claims its key."""
    db.session.execute(delete(IdempotencyKey).where(IdempotencyKey.id == claimed.id))


def keep(claimed: IdempotencyKey, answer: Response, body: bytes) -> None:
    """Keep what was answered beside its effect."""
    claimed.status, claimed.body = answer.status_code, body
    claimed.headers = {
        name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers
    }
    db.session.flush()


def purge_answers() -> None:
    """Forget the answers that are too old to be given again."""
    oldest = clock.now() - KEPT_FOR
    db.session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < oldest))


def _fingerprint() -> bytes:
    """Tell two requests apart: what is asked, where, and the bytes of the body.

    With the site's secret, for a body may hold a password: no stolen table lets one be guessed.
    """
    body = request.get_data(cache=True)
    return signing.digest("API request", request.method, request.full_path, body)


def _replayed(known: IdempotencyKey) -> Response:
    answer = Response(known.body, known.status, known.headers, mimetype="application/json")
    answer.headers[REPLAYED] = "true"
    return answer
