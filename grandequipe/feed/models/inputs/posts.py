"""What the drafts of all six kinds have, and how each is checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, ClassVar

from flask_babel import gettext as _

from grandequipe.core.errors import Invalid
from grandequipe.core.html import RichText
from grandequipe.core.languages import language_error
from grandequipe.core.links import whole_address
from grandequipe.feed.models.inputs.checks import missing, read_body, title_error, too_many
from grandequipe.feed.models.posts import Post

ADDRESSES = ("url", "join_url", "replay_url", "venue_map_url")
SHARED = ("title", "body_html", "language", "themes", "territories", "files")


@dataclass(frozen=True, kw_only=True)
class PostInput:
    """What every kind has: a title, a body, themes by slug, territories by code.

    `body_html` is HTML of any kind, as it came in; `text` is what is made of it. `language` is a
    BCP 47 tag, None where it is not stated. `files` are ids in their order, None where they stay as
    they are. `organisation_id` is that of the organisation in whose name it is written.
    """

    model: ClassVar[type[Post]]

    title: str
    body_html: str
    language: str | None = None
    themes: Sequence[str] = field(default=())
    territories: Sequence[str] = field(default=())
    files: Sequence[int] | None = None
    organisation_id: int | None = None

    @property
    def own_fields(self) -> Mapping[str, Any]:
        """Give the fields that only this kind has, addresses completed."""
        own = {
            each.name: getattr(self, each.name) for each in fields(self) if each.name not in SHARED
        }
        return own | {name: whole_address(own[name] or "") for name in ADDRESSES if name in own}

    def own_fields_over(self, _before: Post | None) -> Mapping[str, Any]:
        """Give the fields of this kind where a post says `before` what is left open here."""
        return self.own_fields

    @cached_property
    def text(self) -> RichText:
        """Give the body clean, which is done once; raise Invalid that says what is wrong."""
        return read_body(self.body_html)

    def text_over(self, before: Post | None) -> RichText:
        """Give the body clean; one that is as `before` has it stays so, to the last sign."""
        if before is not None and self.body_html == before.body_html:
            return RichText.kept(before.body_html, before.summary)
        return self.text

    def validate(self, before: Post | None = None) -> None:
        """Raise Invalid that names every wrong field; `before` is the post that it changes."""
        found = self._wrong() | self._text_error(before) | self._errors_now(before)
        found |= self._labels_errors(before)
        wrong = {name: str(words) for name, words in found.items() if words}
        if wrong:
            raise Invalid(wrong)

    def _wrong(self) -> dict[str, str | None]:
        return {
            "title": title_error(self.title) or missing(self.title, _("Add a title.")),
            "language": language_error(self.language),
        }

    def _labels_errors(self, before: Post | None) -> dict[str, str | None]:
        """Refuse more labels than a post may have; one that has more since before may keep them."""
        wrong = {"themes": too_many(self.themes), "territories": too_many(self.territories)}
        if before is not None and any(wrong.values()):
            known = {theme.slug for theme in before.themes}
            if set(self.themes) <= known:
                wrong["themes"] = None
            known = {name for each in before.territories for name in (each.code, each.label)}
            if set(self.territories) <= known:
                wrong["territories"] = None
        return wrong

    def _text_error(self, before: Post | None) -> dict[str, str | None]:
        try:
            self.text_over(before)
        except Invalid as refused:
            return dict(refused.errors)
        return {}

    def _errors_now(self, before: Post | None) -> dict[str, str | None]:
        """Say what is wrong now, and was not when the post was written."""
        return {}
