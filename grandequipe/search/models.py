"""What can be searched: the entries that triggers write, and the words that they hold."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.extensions import Model, enum_check


class SubjectType(StrEnum):
    """What an entry is about."""

    POST = "post"
    COMMENT = "comment"
    GROUP = "group"
    MEMBER = "member"
    ORGANISATION = "organisation"


class SearchEntry(Model):
    """A post or a comment in a group that reads it, a group, a field of a member, an organisation.

    Written by triggers, in the transaction of each change (migration `search`). A post that several
    groups read has an entry for each; `earlier` are those in which it was published before. `kind`
    and `labels` (as `PlacementLabel.label`) of a comment are those of its post. The `field` of a
    profile is "" for the name alone. `title` and `words` hold stems, and the words as they are
    written, without accents and after "=".
    """

    __tablename__ = "search_entry"
    __table_args__ = (
        enum_check("subject_type", SubjectType),
        Index("ix_search_entry_post_id", "post_id", "group_id"),
        Index("ix_search_entry_group_id", "group_id", "published_at"),
        Index("ix_search_entry_subject", "subject_type", "subject_id"),
        Index("ix_search_entry_newest", "published_at", "id"),
        Index(
            "ix_search_entry_title",
            "title",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
        Index(
            "ix_search_entry_words",
            "words",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
        # Made from what others hold: nothing that a copy of the database needs.
        {"info": {"is_derived": True}},
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    subject_type: Mapped[SubjectType]
    subject_id: Mapped[int] = mapped_column(BigInteger)
    field: Mapped[str] = mapped_column(server_default="")
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    earlier: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    kind: Mapped[str | None]
    labels: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    author_id: Mapped[int | None] = mapped_column(BigInteger)
    organisation_id: Mapped[int | None] = mapped_column(BigInteger)
    resource_type: Mapped[str | None]
    licence: Mapped[str | None]
    published_at: Mapped[datetime]
    language: Mapped[str | None]
    title: Mapped[str] = mapped_column(TSVECTOR)
    words: Mapped[str] = mapped_column(TSVECTOR)


class SearchWord(Model):
    """A word that somebody wrote, with accents and without: what mends a typing error.

    It may be one that a reader may not see: only what is found in an entry of theirs is said.
    """

    __tablename__ = "search_word"
    __table_args__ = (
        Index("ix_search_word_plain", "plain"),
        Index(
            "ix_search_word_trigrams",
            "plain",
            postgresql_using="gin",
            postgresql_ops={"plain": "gin_trgm_ops"},
        ),
        {"info": {"is_derived": True}},
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    word: Mapped[str]
    plain: Mapped[str]
