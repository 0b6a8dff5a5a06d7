"""What a file is, in words."""

from flask_babel import format_decimal, gettext as _

from grandequipe.attachments.models import File
from grandequipe.attachments.models.kinds import Group, group_of

KILO = 1024


def file_size(size: int) -> str:
    """Say how large a file is: 340 KB, 2.4 MB."""
    if size < KILO * KILO:
        return str(_("%(number)s KB", number=format_decimal(max(1, round(size / KILO)))))
    return str(_("%(number)s MB", number=format_decimal(round(size / KILO / KILO, 1))))


def file_kind(file: File) -> str:
    """Say what a file is, as a reader calls it; a PDF is called so."""
    words = {
        Group.DOCUMENT: _("Document"),
        Group.TABLE: _("Spreadsheet"),
        Group.SLIDES: _("Slides"),
        Group.PICTURE: _("Picture"),
        Group.SOUND: _("Sound"),
        Group.VIDEO: _("Video"),
        Group.TEXT: _("Text"),
        Group.ARCHIVE: _("ZIP folder"),
    }
    is_pdf = file.media_type == "application/pdf"
    return "PDF" if is_pdf else str(words[group_of(file.media_type)])
