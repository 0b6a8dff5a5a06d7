"""The files of a form: those that were there, those that come with it, and what is said of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from flask import has_request_context, request
from wtforms import Field

from grandequipe.attachments.models import File
from grandequipe.attachments.models.files import LARGEST_FILE, MOST_FILES
from grandequipe.attachments.models.kinds import EXTENSIONS
from grandequipe.attachments.services import NewDescription

# Bytes of a form with as many files as it takes.
FILES_BODY = MOST_FILES * LARGEST_FILE + 2 * 1024 * 1024
MOST_READ = 50
UPLOAD, TAKEN_OUT, ALTERNATIVE, DECORATIVE = "upload", "taken_out", "alternative", "decorative"


class FilesField(Field):
    """The ids of files in their order, without those that are to be taken out.

    `shown` are the files that the page lists again, `fixed` the ids of those whose description
    cannot be changed; the view of the page fills both.
    """

    data: list[int]
    errors: Sequence[str]
    process_errors: list[str]
    accepted = ",".join(EXTENSIONS)
    shown: Sequence[File] = ()
    fixed: Collection[int] = ()

    def process_data(self, value: Any) -> None:
        """Take the files of what is edited."""
        self.data = [file.id for file in value or ()]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the ids that were sent; what is no id is left out."""
        ids = [int(each) for each in valuelist if each.isdecimal() and len(each) < 19]
        # A draft is read on the clock, too, where nothing is sent.
        taken_out = set(request.form.getlist(TAKEN_OUT)) if has_request_context() else set()
        self.data = [each for each in dict.fromkeys(ids[:MOST_READ]) if str(each) not in taken_out]

    def add(self, received: Iterable[int], refusals: Iterable[str]) -> None:
        """Add what came with the form, and the sentences on what was refused."""
        # A value that was too long to be read is none.
        self.data = [*(self.data or ()), *received]
        self.process_errors = [*(self.process_errors or ()), *refusals]
        self.errors = list(self.process_errors)

    def describe(self, file: File) -> NewDescription:
        """Give what the form says of a file, or what is said of it already and stays."""
        typed = request.form.get(f"{ALTERNATIVE}-{file.id}")
        if typed is None or file.id in self.fixed:
            return NewDescription(file.alternative, file.is_decorative)
        return NewDescription(typed, f"{DECORATIVE}-{file.id}" in request.form)

    @property
    def descriptions(self) -> Mapping[int, NewDescription]:
        """Give what the form says of its files, by id."""
        said = [each for each in self.data if f"{ALTERNATIVE}-{each}" in request.form]
        return {
            each: NewDescription(
                request.form[f"{ALTERNATIVE}-{each}"], f"{DECORATIVE}-{each}" in request.form
            )
            for each in said
        }
