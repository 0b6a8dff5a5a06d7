"""The one door to stored files: a local folder or S3, by `UPLOADS_URL`.

Guarantee: a key is made by us, never by a visitor, so no path leads out of the store.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache, partial
from typing import BinaryIO

from flask import current_app
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from grandequipe.core.threads import run_blocking_io, run_large_copy

# Bytes. S3 takes no smaller part of a large file; a folder takes any.
LARGE_CHUNK = 5 * 1024 * 1024
FOLDER_CHUNK = 256 * 1024
StoreError = BaseError


@cache
def store_at(url: str) -> ObjectStore:
    """Open the store at an `UPLOADS_URL`, a folder made where there is none.

    S3 is configured by the usual AWS_… variables: keys, region, AWS_ENDPOINT_URL.
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


def store_at_key(key: str, content: bytes) -> None:
    """Keep `content` under a key, in the place of what is there."""
    run_blocking_io(partial(_store().put, key, content))


def store_large(key: str, source: BinaryIO) -> None:
    """Keep what an open file holds under `key`, with some megabytes of it in memory at a time."""
    kept = _store()
    chunk = FOLDER_CHUNK if isinstance(kept, LocalStore) else LARGE_CHUNK
    run_large_copy(partial(kept.put, key, source, chunk_size=chunk, max_concurrency=1))


def range_reader(key: str) -> Callable[[int, int], bytes]:
    """Give what reads the bytes from a position up to another of what is stored under `key`.

    It also reads after the request, while a response is being sent. It raises FileNotFoundError.
    """
    kept = _store()

    def read_range(start: int, end: int) -> bytes:
        return run_blocking_io(lambda: bytes(kept.get_range(key, start=start, end=end)))

    return read_range


def remove_all(folder: str) -> None:
    """Forget everything that is stored in a folder."""
    for batch in _store().list(f"{folder}/"):
        for each in batch:
            remove(each["path"])


def list_folders(folder: str, before: datetime) -> Iterator[set[str]]:
    """List the folders within one that hold something older than `before`, some at a time."""
    for batch in _store().list(f"{folder}/"):
        old = [each["path"] for each in batch if each["last_modified"] < before]
        yield {path.rpartition("/")[0] for path in old}


def _store() -> ObjectStore:
    return store_at(current_app.config["SETTINGS"].uploads_url)
