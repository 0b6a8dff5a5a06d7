"""A POST sent twice under one `Idempotency-Key` is carried out once.

Guarantee: the key is claimed and the response stored in the transaction of the call itself, so
there is a response exactly when there is an effect. A second request waits at the unique index
until the first has committed (then it gets the same response) or rolled back (then it runs).
Errors are not stored: a refused request may be sent again.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import cast

from flask import Response, request
from sqlalchemy import delete, select

from grandequipe.api.models import IdempotencyKey
from grandequipe.core import claims, clock, signing
from grandequipe.core.errors import Invalid
from grandequipe.extensions import db
from grandequipe.members.models import Member
from grandequipe.web.bodies import PARTS
from grandequipe.web.uploads import digest_of

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 255
KEPT_HEADERS = ("Location",)

View = Callable[[], Response]


def run_once(member: Member, view: View) -> Response:
    """Run the call in the present transaction, or replay the stored response of its key."""
    key = request_key()
    if key is None:
        return view()
    claimed = claim(member, key)
    if claimed.status is not None:
        return _replay(claimed)
    response = view()
    store_response(claimed, response, response.get_data())
    return response


def request_key() -> str | None:
    """Read the request's key, or None; raise Invalid for one of a wrong length or characters."""
    key = request.headers.get(HEADER) if request.method == "POST" else None
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isprintable()):
        raise Invalid({HEADER: f"Give 1 to {LONGEST_KEY} printable characters."})
    return key


def claim(member: Member, key: str) -> IdempotencyKey:
    """Claim a key, or return its row; an expired key is claimed anew.

    Raises Invalid for a key that another request was sent with.
    """
    fresh = {
        "method": request.method,
        # For operators who read the table; requests are compared by the fingerprint.
        "path": request.path[:LONGEST_KEY],
        "fingerprint": _fingerprint(),
        "created_at": clock.now(),
        "status": None,
        "headers": {},
        "body": None,
    }
    name = {"member_id": member.id, "key": key}
    claimed, is_new = claims.claim(IdempotencyKey, name, fresh, clock.now() - KEPT_FOR)
    if not is_new:
        _require_same(claimed, cast(bytes, fresh["fingerprint"]))
    return claimed


def find_stored(member: Member) -> Response | None:
    """Replay the stored response of the request's key, if there is one, before files are kept.

    Raises Invalid for a key that another request was sent with.
    """
    key = request_key()
    if key is None:
        return None
    oldest = clock.now() - KEPT_FOR
    query = select(IdempotencyKey).filter_by(member_id=member.id, key=key)
    row = db.session.scalar(query.where(IdempotencyKey.created_at >= oldest))
    if row is None or row.status is None:
        return None
    _require_same(row, _fingerprint())
    return _replay(row)


def _require_same(row: IdempotencyKey, fingerprint: bytes) -> None:
    if row.fingerprint != fingerprint:
        raise Invalid({HEADER: "This key was used for another request."})


def discard(claimed: IdempotencyKey) -> None:
    """Delete a row whose response is no longer valid; of concurrent requests one claims its key."""
    db.session.execute(delete(IdempotencyKey).where(IdempotencyKey.id == claimed.id))


def store_response(claimed: IdempotencyKey, response: Response, body: bytes) -> None:
    """Store a response in the transaction of its effect."""
    claimed.status, claimed.body = response.status_code, body
    claimed.headers = {
        name: response.headers[name] for name in KEPT_HEADERS if name in response.headers
    }
    db.session.flush()


def purge_expired() -> None:
    """Delete the responses older than `KEPT_FOR`."""
    oldest = clock.now() - KEPT_FOR
    db.session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < oldest))


def _fingerprint() -> bytes:
    """Hash the method, the URL and the body.

    With the site's secret, for a body may hold a password, not to be guessed from a stolen table.
    """
    if request.mimetype == PARTS:
        return signing.digest("API upload", request.method, request.full_path, *_list_parts())
    body = request.get_data(cache=True)
    return signing.digest("API request", request.method, request.full_path, body)


def _list_parts() -> Iterator[bytes]:
    """Give what was sent in parts, of each file the digest of its name and content."""
    for name, value in request.form.items(multi=True):
        yield from (name.encode(), value.encode(errors="surrogatepass"))
    for name, file in request.files.items(multi=True):
        yield from (name.encode(), digest_of(file))


def _replay(row: IdempotencyKey) -> Response:
    response = Response(row.body, row.status, row.headers, mimetype="application/json")
    response.headers[REPLAYED] = "true"
    return response
