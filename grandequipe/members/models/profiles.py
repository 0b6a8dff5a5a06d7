"""What members say of themselves, field by field with its audience."""

from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ARRAY, CheckConstraint, Column, ForeignKey, Index, Table, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.extensions import Model, db, minimum_check
from grandequipe.taxonomies.models import Territory, Theme

if TYPE_CHECKING:
    from grandequipe.members.models.members import Member

MOST_LINKS = 5
MOST_LANGUAGES = 10
MOST_THEMES = 10


class Audience(StrEnum):
    """The people who are shown a field of a profile, besides its member; all are shown the name.

    Everyone includes visitors; members are those with an account; those of `GROUPS` are active
    members of a group in which the member is active, too.
    """

    NOBODY = "nobody"
    GROUPS = "groups"
    MEMBERS = "members"
    EVERYONE = "everyone"


class ProfileField(StrEnum):
    """The fields of a profile that have an audience."""

    JOB_TITLE = "job_title"
    ORGANISATION = "organisation"
    BIO = "bio"
    PICTURE = "picture"
    TERRITORY = "territory"
    THEMES = "themes"
    LANGUAGES = "languages"
    LINKS = "links"
    OFFERS = "offers"
    SEEKS = "seeks"


# What stands beside a name wherever it is shown: it alone makes no page for visitors.
OF_BYLINES = frozenset({ProfileField.JOB_TITLE, ProfileField.ORGANISATION})
_FIELDS = ", ".join(f"'{field}'" for field in ProfileField)
_AUDIENCES = " && ".join(f'@ != "{each}"' for each in Audience if each is not Audience.NOBODY)
# Of `Member.audiences`: known fields with an audience each; no key where nobody is shown a field.
KNOWN_AUDIENCES = (
    f"audiences - ARRAY[{_FIELDS}] = '{{}}'"
    f" AND NOT jsonb_path_exists(audiences, '$.* ? ({_AUDIENCES})')"
)

member_theme = Table(
    "member_theme",
    db.metadata,
    Column(
        "member_id", ForeignKey("member_profile.member_id", ondelete="CASCADE"), primary_key=True
    ),
    Column("theme_id", ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_member_theme_members", "theme_id", "member_id"),
)


class ProfileRevision(Model):
    """How often what profiles show has changed: one row, written in the transaction of a change."""

    __tablename__ = "profile_revision"
    __table_args__ = (CheckConstraint("id = 1", name="one"), minimum_check("revision"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(default=0, server_default="0")


class MemberProfile(Model):
    """What a member adds to name, role, organisation and a few words; no row where nothing.

    `links` are addresses that begin with https; `languages` are tags. Offers and seeks are in
    `Member.bio_language`. The four choices are consents: false until the member gives them.
    """

    __tablename__ = "member_profile"
    __table_args__ = (
        CheckConstraint(f"cardinality(links) <= {MOST_LINKS}", name="links"),
        CheckConstraint(f"cardinality(languages) <= {MOST_LANGUAGES}", name="languages"),
        Index(
            "ix_member_profile_territory_code",
            "territory_code",
            postgresql_where=text("territory_code IS NOT NULL"),
        ),
        Index("ix_member_profile_wants", "member_id", postgresql_where=text("wants_introductions")),
        Index("ix_member_profile_answers", "member_id", postgresql_where=text("answers_questions")),
    )

    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    territory_code: Mapped[str | None] = mapped_column(ForeignKey("territory.code"))
    offers: Mapped[str] = mapped_column(default="", server_default="")
    seeks: Mapped[str] = mapped_column(default="", server_default="")
    links: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    is_listed: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    receives_messages: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    wants_introductions: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    answers_questions: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    member: Mapped["Member"] = relationship()
    territory: Mapped[Territory | None] = relationship()
    themes: Mapped[list[Theme]] = relationship(
        secondary=member_theme, order_by=(Theme.family, Theme.rank)
    )
