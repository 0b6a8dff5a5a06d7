"""A list of resources to keep: CSV for spreadsheets, BibTeX for reference managers."""

from collections.abc import Iterator, Sequence

from flask import Response, url_for
from flask_babel import gettext as _

from grandequipe.core import clock
from grandequipe.core.errors import NotFound
from grandequipe.core.links import address_words
from grandequipe.feed.models import RESOURCE_TYPES, ResourceType
from grandequipe.library.queries.resources import ResourceRecord, list_records
from grandequipe.library.views.bibtex import write_entries
from grandequipe.library.views.choices import read_choice
from grandequipe.members.identity import viewer
from grandequipe.web.languages import named
from grandequipe.web.spreadsheets import table_response

MOST_EXPORTED = 1000


def export_resources(extension: str) -> Response:
    """Give the first MOST_EXPORTED resources of a list as a file, csv or bib."""
    if extension not in ("csv", "bib"):
        raise NotFound
    member = viewer()
    records = list_records(read_choice(member).filter, member, MOST_EXPORTED)
    return send_records(records, _("resources"), extension)


def send_records(records: Sequence[ResourceRecord], name: str, extension: str) -> Response:
    """Send resources as a file that is named after today."""
    if extension == "csv":
        return table_response(_rows(records), name, "csv", separator=";")
    bibliography = write_entries(records, page_of)
    response = Response(bibliography, mimetype="application/x-bibtex")
    filename = f"{name}-{clock.now():%Y-%m-%d}.bib"
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    response.cache_control.no_store = True
    return response


def page_of(record: ResourceRecord) -> str:
    """Give the whole address of a resource's page."""
    words = address_words(record.title)
    return url_for("feed.post_page", post_id=record.post_id, words=words, _external=True)


def _rows(records: Sequence[ResourceRecord]) -> Iterator[list[str]]:
    yield [
        _("Title"),
        _("Type"),
        _("Publisher"),
        _("Published on"),
        _("Licence"),
        _("Language"),
        _("Web address"),
        _("Shared by"),
        _("Shared on"),
        _("Page"),
    ]
    for each in records:
        kind = each.resource_type
        yield [
            each.title,
            str(RESOURCE_TYPES[ResourceType(kind)]) if kind else "",
            each.publisher or "",
            each.published_on.isoformat() if each.published_on else "",
            each.licence or "",
            named(each.language) if each.language else "",
            each.url or "",
            each.author,
            each.posted_at.date().isoformat(),
            page_of(each),
        ]
