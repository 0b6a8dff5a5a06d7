"""Files that a member sends, to be attached to a post."""

from collections.abc import Sequence
from typing import Any

from flask import abort, g, request

from grandequipe.api.calls import Parts, call
from grandequipe.api.identity import acting_member
from grandequipe.api.limits import REFUSAL
from grandequipe.api.schemas.files import FileFields, FileParts, SentFileSchema
from grandequipe.attachments.models import File
from grandequipe.attachments.models.files import LARGEST_FILE, LONGEST_ALTERNATIVE
from grandequipe.attachments.queries import get_own_file
from grandequipe.attachments.services import FileRefused, describe_file
from grandequipe.attachments.views.receiving import receive
from grandequipe.feed.queries.shared import SharedPost, find_shared

TAG = "Files"
# What is a little too large is read, so that the answer names it.
BODY = LARGEST_FILE + 1024 * 1024


def _receive() -> None:
    """Take the file before the call's own transaction; what has none is refused by its schema."""
    upload = request.files.get("file")
    if upload is None or len(request.form.get("alternative", "")) > LONGEST_ALTERNATIVE:
        return
    member_id = acting_member().id
    try:
        g.received_file = receive(member_id, upload)
    except FileRefused as refused:
        if refused.status in (413, 415):
            abort(refused.status, refused.sentence)
        raise


class Sent:
    """A file that was sent, and the posts that have the same one already."""

    def __init__(self, file: File, shared_in: Sequence[SharedPost]) -> None:
        self.shared_in = shared_in
        self._file = file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@call(
    "POST",
    "/files",
    tag=TAG,
    answers=SentFileSchema,
    status=201,
    parts=Parts(FileParts, FileFields, BODY, _receive),
    refusals=[REFUSAL],
)
def send_file(said: dict[str, Any], _file: dict[str, Any]) -> Sent:
    """Send a file of up to 25 MB; what no post claims within 24 hours is removed.

    415 says which kinds are accepted, 413 how large a file may be.
    """
    file = get_own_file(g.received_file, seen_by=acting_member())
    describe_file(file, said["alternative"], is_decorative=False)
    digests = [file.sent_digest] if file.sent_digest else []
    return Sent(file, find_shared(acting_member(), digests=digests))
