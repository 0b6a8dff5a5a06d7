"""Files as they are sent, before any feature keeps them."""

from functools import partial
from hashlib import file_digest, sha256
from typing import Any, cast

from werkzeug.datastructures import FileStorage

from grandequipe.core.threads import run_in_thread

# Bytes that are digested sooner than a thread is reached.
SMALL_UPLOAD = 64 * 1024


def digest_of(file: FileStorage) -> bytes:
    """Digest the name and the content of a file that was sent, beside the requests of others.

    `file` is left at its start.
    """
    name = (file.filename or "").encode(errors="surrogatepass")
    size = file.stream.seek(0, 2)
    file.stream.seek(0)
    work = partial(file_digest, cast(Any, file.stream), partial(sha256, name))
    digest = work() if size <= SMALL_UPLOAD else run_in_thread(work)
    file.stream.seek(0)
    return digest.digest()
