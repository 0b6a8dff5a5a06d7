"""What a request brings as files goes into the store.

Guarantee: the bytes of a file are never whole in the memory of this process, and no connection to
the database is held while they are examined and copied.
"""

from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import BinaryIO, cast

import structlog
from flask import request
from kombu.exceptions import OperationalError as BrokerError
from werkzeug.datastructures import FileStorage

from grandequipe.attachments import services
from grandequipe.attachments.forms import UPLOAD
from grandequipe.attachments.models.archives import Reason
from grandequipe.attachments.models.files import MOST_FILES
from grandequipe.attachments.services import FileRefused, NewFile
from grandequipe.core import files
from grandequipe.core.errors import TooMany
from grandequipe.core.threads import run_large_copy
from grandequipe.core.virus_scanner import ScannerUnavailable, is_infected
from grandequipe.extensions import celery, db
from grandequipe.web.rate_limits import hit, too_many

log = structlog.get_logger(__name__)


def receive(owner_id: int, upload: FileStorage, alternative: str = "") -> int:
    """Keep a file that was sent, and give its id; raise FileRefused, which says why not.

    It is counted in the limit of files, whatever comes of it: a refused one was work, too.

    It commits on its own, and ends the transaction of the session: call it before anything is
    written. The file belongs to nothing yet.
    """
    if not hit("files", owner_id):
        raise too_many("files", owner_id)
    db.session.rollback()
    source = cast(BinaryIO, upload.stream)
    name = upload.filename or ""
    try:
        new = run_large_copy(partial(services.examine, source, name))
    except FileRefused as refused:
        # Said in the language of the request, which the thread does not know.
        raise FileRefused(name, refused.reason) from None
    require_clean(source, name)
    with db.engine.begin() as connection:
        file_id, key = services.begin_upload(connection, owner_id, new)
    try:
        files.store_large(key, source)
        with db.engine.begin() as connection:
            services.finish_upload(connection, file_id, new, alternative)
    except BaseException:
        with suppress(Exception), db.engine.begin() as connection:
            services.give_up_upload(connection, file_id)
        raise
    hand_over(file_id, new)
    return file_id


def require_clean(source: BinaryIO, name: str) -> None:
    """Raise FileRefused for a file in which the operator's scanner finds a virus, or cannot say."""
    try:
        if is_infected(source):
            raise FileRefused(name, Reason.INFECTED)
    except ScannerUnavailable as error:
        log.warning("scanner_unavailable", error=str(error))
        raise FileRefused(name, Reason.NOT_SCANNED) from None


def hand_over(file_id: int, new: NewFile) -> None:
    """Have a worker prepare what has arrived, where there is something to make of it."""
    if services.needs_preparation(new.kind):
        # Where the broker does not answer, the clock finds the row.
        with suppress(BrokerError):
            celery.send_task("attachments.prepare", (file_id,))


def receive_all(owner_id: int, uploads: Iterable[FileStorage]) -> tuple[list[int], list[str]]:
    """Keep the files that a form sends, as many as may be sent; give ids and sentences on others.

    It commits on its own, as `receive` does.
    """
    received, refusals = [], []
    for upload in [each for each in uploads if each.filename][:MOST_FILES]:
        try:
            received.append(receive(owner_id, upload))
        except FileRefused as refused:
            refusals.append(refused.sentence)
        except TooMany as refused:
            refusals.append(refused.message)
            break
    return received, refusals


def receive_sent(owner_id: int) -> tuple[list[int], list[str]]:
    """Keep the files of the form that was sent; whatever else is wrong with it, they are there.

    It commits on its own, as `receive` does, where there are any.
    """
    uploads = request.files.getlist(UPLOAD) if request.method == "POST" else ()
    return receive_all(owner_id, uploads) if any(each.filename for each in uploads) else ([], [])
