"""The one door to stored files: a local folder or S3, by `UPLOADS_URL`.

Guarantee: a key is made by us, never by a visitor, so no path leads out of the store.
"""

import io
import secrets
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import accumulate
from typing import Any, BinaryIO, cast

from flask import current_app
from obstore import open_writer
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from grandequipe.core.threads import run_blocking_io, run_large_copy

# Bytes. S3 takes no smaller part of a large file; a folder takes any.
LARGE_CHUNK = 5 * 1024 * 1024
FOLDER_CHUNK = 256 * 1024
READ_AHEAD = 1024 * 1024
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


def is_there(key: str) -> bool:
    """Return whether there is content under `key`; raise StoreError where the store cannot say."""
    kept = _store()
    try:
        run_blocking_io(partial(kept.head, key))
    except FileNotFoundError:
        return False
    return True


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


def store_pieces(key: str, pieces: Iterator[bytes]) -> None:
    """Do the same with pieces, which may be read from this store: a thread asks for each."""
    kept = _store()

    def copy() -> None:
        with open_writer(kept, key, buffer_size=LARGE_CHUNK, max_concurrency=1) as written:
            for piece in pieces:
                written.write(piece)

    run_large_copy(copy)


class StoredParts(io.RawIOBase):
    """Several stored objects, read as one file; keys and sizes are given in their order.

    It reads where it is called: from a thread of `core.threads`, not beside the requests of others.
    """

    def __init__(self, parts: Sequence[tuple[str, int]]) -> None:
        super().__init__()
        self._kept = _store()
        self._keys = [key for key, _size in parts]
        ends = [*accumulate(size for _key, size in parts)]
        self._starts, self.length = [0, *ends[:-1]], ends[-1] if ends else 0
        self._at = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a position, counted as for any file."""
        self._at = max(0, offset + (0, self._at, self.length)[whence])
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        """Read into a buffer, from one part at a time."""
        view = memoryview(buffer)
        if self._at >= self.length or not view:
            return 0
        number = bisect_right(self._starts, self._at) - 1
        start = self._starts[number]
        end = self._starts[number + 1] if number + 1 < len(self._starts) else self.length
        last = min(end, self._at + len(view))
        found = self._kept.get_range(self._keys[number], start=self._at - start, end=last - start)
        read = bytes(found)
        view[: len(read)] = read
        self._at += len(read)
        return len(read)


def open_parts(parts: Sequence[tuple[str, int]]) -> BinaryIO:
    """Open several stored objects as one file (see StoredParts)."""
    return cast(BinaryIO, io.BufferedReader(StoredParts(parts), READ_AHEAD))


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
