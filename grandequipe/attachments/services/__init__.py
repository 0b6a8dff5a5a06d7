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
    WAITS_FOR,
    WIDTHS,
    begin_preparation,
    give_back_try,
    mark_failed,
    mark_prepared,
    next_unprepared,
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
    new_key,
)

__all__ = [
    "FOLDER",
    "KEPT_UNCLAIMED",
    "LARGEST_SIDE",
    "WAITS_FOR",
    "WIDTHS",
    "FileRefused",
    "NewDescription",
    "NewFile",
    "Subject",
    "attachable_files",
    "begin_preparation",
    "begin_upload",
    "claim_files",
    "describe_file",
    "describe_files",
    "examine",
    "find_orphans",
    "finish_upload",
    "give_back_try",
    "give_up_upload",
    "mark_failed",
    "mark_prepared",
    "new_key",
    "next_unprepared",
    "release_files",
    "remove_abandoned",
    "remove_claims_of_nothing",
    "require_attachable",
]
