"""Resources as BibTeX, in UTF-8, as biber and reference managers read it.

Guarantee: what people typed ends no field and no entry, and is no command of TeX.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from grandequipe.core.cleaning import cleaned_line
from grandequipe.feed.models import ResourceType
from grandequipe.library.queries.resources import ResourceRecord

ESCAPED = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
        '"': "''",
    }
)
# In an address, as percent-encoding has it: `url` is taken as it is written.
IN_ADDRESS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", "^": "%5E", " ": "%20"})
ENTRY_TYPES: Mapping[str, str] = {ResourceType.REPORT: "techreport"}
LANGUAGES = {"fr": "french", "en": "english", "es": "spanish", "de": "german", "it": "italian"}


def write_entries(
    records: Sequence[ResourceRecord], page_of: Callable[[ResourceRecord], str]
) -> str:
    """Write a bibliography; the key of an entry is made of the post's id, and never changes."""
    return "\n".join(_entry(each, page_of(each)) for each in records)


def _entry(record: ResourceRecord, page: str) -> str:
    kind = ENTRY_TYPES.get(record.resource_type or "", "misc")
    fields = "".join(f"  {name} = {{{value}}},\n" for name, value in _fields(record, page, kind))
    return f"@{kind}{{ressource-{record.post_id},\n{fields}}}\n"


def _fields(record: ResourceRecord, page: str, kind: str) -> Iterator[tuple[str, str]]:
    yield "title", f"{{{_escaped(record.title)}}}"
    publisher = record.publisher or ""
    # Reports name an institution, and an entry is sorted by its author.
    yield "author", f"{{{_escaped(publisher or record.author)}}}"
    if publisher:
        yield ("institution" if kind == "techreport" else "publisher"), _escaped(publisher)
    if record.published_on:
        yield "year", f"{record.published_on:%Y}"
        yield "month", f"{record.published_on.month}"
    yield "url", (record.url or page).translate(IN_ADDRESS)
    if record.language in LANGUAGES:
        yield "language", LANGUAGES[record.language]
    notes = [record.licence or "", page if record.url else ""]
    if note := ". ".join(_escaped(each) for each in notes if each):
        yield "note", note


def _escaped(text: str) -> str:
    return " ".join(cleaned_line(text).split()).translate(ESCAPED)
