"""Files that members send, what they belong to, and the kinds that are accepted."""

from grandequipe.attachments.models.files import File, FileClaim, FileState, FileText
from grandequipe.attachments.models.kinds import FileKind, Refusal, kind_of
from grandequipe.attachments.models.names import cleaned_name, shown_name
from grandequipe.attachments.models.uploads import Upload, UploadPart

__all__ = [
    "File",
    "FileClaim",
    "FileKind",
    "FileState",
    "FileText",
    "Refusal",
    "Upload",
    "UploadPart",
    "cleaned_name",
    "kind_of",
    "shown_name",
]
