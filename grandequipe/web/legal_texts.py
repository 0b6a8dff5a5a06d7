"""The legal pages as administrators wrote them: each version stays, and can be read.

A page that nobody has written shows the product's own words (`PLAIN_PAGES` in `web.views`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import (
    CheckConstraint,
    Connection,
    Index,
    Select,
    UniqueConstraint,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.config import LOCALES
from grandequipe.core import clock
from grandequipe.core.errors import Conflict, NotFound
from grandequipe.core.html import RichText
from grandequipe.core.refreshed import Refreshed
from grandequipe.core.transactions import on_commit
from grandequipe.extensions import Model, db, enum_check


class LegalPage(StrEnum):
    """The pages that the law asks for, by their endpoints in `web.views`."""

    LEGAL = "legal"
    PRIVACY = "privacy"
    TERMS = "terms"


class LegalText(Model):
    """One version of a legal page in a language; the newest holds. `body_html` is clean.

    An empty one says that the product's own words hold again.
    """

    __tablename__ = "legal_text"
    __table_args__ = (
        UniqueConstraint("page", "locale", "version"),
        enum_check("page", LegalPage),
        CheckConstraint("locale IN ('fr', 'en')", name="locale"),
        CheckConstraint("version > 0", name="version"),
        Index(
            "ix_legal_text_author_id", "author_id", postgresql_where=text("author_id IS NOT NULL")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    page: Mapped[LegalPage]
    locale: Mapped[str]
    version: Mapped[int]
    body_html: Mapped[str]
    published_at: Mapped[datetime]
    # An id and no key: the shell knows no members.
    author_id: Mapped[int | None]


@dataclass(frozen=True)
class ShownText:
    """A version of a legal page as the page shows it."""

    locale: str
    version: int
    body_html: str
    published_at: datetime


def find_shown(page: LegalPage, locale: str) -> ShownText | None:
    """Find the text of a page in a reader's language; None where the product's own words hold."""
    shown = _kept.get().get((page, locale))
    return shown if shown and shown.body_html else None


def get_version(page: LegalPage, locale: str, version: int) -> ShownText:
    """Get a version of a page; raise NotFound where there is none."""
    found = [each for each in list_versions(page, locale) if each.version == version]
    if not found or not found[0].body_html:
        raise NotFound
    return found[0]


def list_versions(page: LegalPage, locale: str) -> Sequence[ShownText]:
    """List the versions of a page in a language, newest first."""
    versions = _columns().where(LegalText.page == page, LegalText.locale == locale)
    rows = db.session.execute(versions.order_by(LegalText.version.desc()))
    return [ShownText(*columns) for _page, *columns in rows]


def publish_legal_text(
    page: LegalPage, locale: str, body: RichText, read_version: int, author_id: int
) -> int:
    """Have a new version hold from now on; give its number. An empty body: our own words.

    `read_version` is the version that its author began from, 0 without one; raises Conflict where
    another has been published since. The caller has asked who it is, and logs it.
    """
    if locale not in LOCALES:
        raise NotFound
    newest = select(func.max(LegalText.version))
    newest = newest.where(LegalText.page == page, LegalText.locale == locale)
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"legal {page} {locale}"))))
    version = db.session.scalar(newest) or 0
    if version != read_version:
        raise Conflict(_("Someone else has published a version meanwhile. Yours is kept below."))
    db.session.add(
        LegalText(
            page=page,
            locale=locale,
            version=version + 1,
            body_html=body.html if body.words.strip() else "",
            published_at=clock.now(),
            author_id=author_id,
        )
    )
    db.session.flush()
    on_commit(_kept.forget)
    return version + 1


def forget_legal_texts() -> None:
    """Have the next page read the texts again."""
    _kept.forget()


def _columns() -> Select[*tuple[Any, ...]]:
    return select(
        LegalText.page,
        LegalText.locale,
        LegalText.version,
        LegalText.body_html,
        LegalText.published_at,
    )


def _load(connection: Connection) -> Mapping[tuple[str, str], ShownText]:
    newest = _columns().ext(distinct_on(LegalText.page, LegalText.locale))
    newest = newest.order_by(LegalText.page, LegalText.locale, LegalText.version.desc())
    return {(page, each[0]): ShownText(*each) for page, *each in connection.execute(newest)}


_kept = Refreshed(_load)
