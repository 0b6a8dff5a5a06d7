"""Writes of files: sending, claiming, removing."""

from grandequipe.attachments.services.claims import (
    NewDescription,
    Subject,
    attachable_files,
    claim_files,
    describe_file,
    describe_files,
    release_files,
    require_attachable,
)
from grandequipe.attachments.services.preparation import (
    LARGEST_SIDE,
    WIDTHS,
    find_unprepared,
    list_unprepared,
    mark_failed,
    mark_prepared,
)
from grandequipe.attachments.services.removal import (
    FOLDER,
    KEPT_UNCLAIMED,
    find_orphans,
    remove_abandoned,
    remove_claims_of_nothing,
)
from grandequipe.attachments.services.uploads import (
    FileRefused,
    NewFile,
    begin_upload,
    examine,
    finish_upload,
    give_up_upload,
)

__all__ = [
    "FOLDER",
    "KEPT_UNCLAIMED",
    "LARGEST_SIDE",
    "WIDTHS",
    "FileRefused",
    "NewDescription",
    "NewFile",
    "Subject",
    "attachable_files",
    "begin_upload",
    "claim_files",
    "describe_file",
    "describe_files",
    "examine",
    "find_orphans",
    "find_unprepared",
    "finish_upload",
    "give_up_upload",
    "list_unprepared",
    "mark_failed",
    "mark_prepared",
    "release_files",
    "remove_abandoned",
    "remove_claims_of_nothing",
    "require_attachable",
]
