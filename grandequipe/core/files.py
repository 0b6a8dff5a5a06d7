"""The one door to stored files: a local folder or S3, by `UPLOADS_URL`.

Guarantee: a key is made by us, never by a visitor, so no path leads out of the store.
"""

import secrets
from contextlib import suppress
from datetime import timedelta
from functools import cache, partial

from flask import current_app
from obstore.store import LocalStore, ObjectStore, S3Store

from grandequipe.core.threads import run_blocking_io


@cache
def store_at(url: str) -> ObjectStore:
    """Open the store at an `UPLOADS_URL`, a folder made where there is none.

    S3 is told of by the usual AWS_… variables: keys, region, AWS_ENDPOINT_URL of another provider.
    """
    if url.startswith("file:"):
        return LocalStore.from_url(url, mkdir=True)
    return S3Store.from_url(
        url,
        # The operator chose http:// for a server beside this one, where they did.
        client_options={"allow_http": True, "connect_timeout": "3s", "timeout": "20s"},
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=20)},
    )


def store(content: bytes, folder: str, extension: str) -> str:
    """Keep `content` under a new unguessable key and return the key."""
    key = f"{folder}/{secrets.token_urlsafe(16)}.{extension}"
    run_blocking_io(partial(_store().put, key, content))
    return key


def read(key: str) -> bytes:
    """Give the content stored under `key`; raise FileNotFoundError."""
    kept = _store()
    return run_blocking_io(lambda: bytes(kept.get(key).bytes()))


def remove(key: str) -> None:
    """Forget the content stored under `key`, if there is any."""
    with suppress(FileNotFoundError):
        run_blocking_io(partial(_store().delete, key))


def _store() -> ObjectStore:
    return store_at(current_app.config["SETTINGS"].uploads_url)
