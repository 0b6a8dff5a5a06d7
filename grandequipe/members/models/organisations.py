"""Organisations that members belong to, and who runs them.

A member says in the profile to which organisation they belong; its managers confirm or refuse.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    text,
)
from sqlalchemy.dialects.postgresql import CITEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.core.languages import IS_TAG
from grandequipe.extensions import Model, enum_check
from grandequipe.taxonomies.models import Territory, Theme

organisation_theme = Table(
    "organisation_theme",
    Model.metadata,
    Column("organisation_id", ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True),
    Column("theme_id", ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class OrganisationKind(StrEnum):
    """The kinds of organisations."""

    ASSOCIATION = "association"
    SOCIAL_CENTRE = "social_centre"
    LOCAL_AUTHORITY = "local_authority"
    LANDLORD = "landlord"
    SOCIAL_ENTERPRISE = "social_enterprise"
    RESIDENTS_COUNCIL = "residents_council"
    STATE_SERVICE = "state_service"
    OTHER = "other"


class Organisation(Model):
    """An organisation that members belong to.

    `merged_into_id` is that of the one to which the name of a double leads now. `siret` has its
    fourteen digits, `website` a whole address; `logo_key` names a stored square WebP.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        Index(
            "ix_organisation_territory_code",
            "territory_code",
            postgresql_where=text("territory_code IS NOT NULL"),
        ),
        Index(
            "ix_organisation_merged_into_id",
            "merged_into_id",
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
        # The words of a name without accents, each after a space (migration 0040).
        Index(
            "ix_organisation_name_words",
            text("name_words(name::text)"),
            postgresql_using="gin",
            postgresql_ops={"name_words(name::text)": "gin_trgm_ops"},
        ),
        Index(
            "ix_organisation_siret",
            "siret",
            unique=True,
            postgresql_where=text("siret IS NOT NULL"),
        ),
        CheckConstraint("merged_into_id <> id", name="merged_into_id"),
        CheckConstraint("siret ~ '^[0-9]{14}$'", name="siret"),
        CheckConstraint(IS_TAG.format(column="description_language"), name="description_language"),
        enum_check("kind", OrganisationKind),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(CITEXT(), unique=True)
    kind: Mapped[OrganisationKind] = mapped_column(default=OrganisationKind.OTHER)
    territory_code: Mapped[str | None] = mapped_column(ForeignKey("territory.code"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    description: Mapped[str] = mapped_column(default="", server_default="")
    description_language: Mapped[str | None]
    website: Mapped[str | None]
    siret: Mapped[str | None]
    logo_key: Mapped[str | None]

    territory: Mapped[Territory | None] = relationship()
    themes: Mapped[list[Theme]] = relationship(secondary=organisation_theme, order_by=Theme.rank)

    @property
    def initials(self) -> str:
        """One or two characters, shown in place of a logo."""
        words = [word for word in self.name.split() if word[0].isalnum()] or [self.name]
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


class OrganisationManager(Model):
    """A member who runs the page of an organisation, since when."""

    __tablename__ = "organisation_manager"
    __table_args__ = (Index("ix_organisation_manager_member_id", "member_id"),)

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True
    )
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    since: Mapped[datetime]


class BelongingRefusal(Model):
    """An organisation's word that a member does not belong to it: they name it no more.

    `refused_by_id` is NULL once that account is gone.
    """

    __tablename__ = "belonging_refusal"
    __table_args__ = (
        Index("ix_belonging_refusal_member_id", "member_id"),
        Index("ix_belonging_refusal_refused_by_id", "refused_by_id"),
    )

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True
    )
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    refused_at: Mapped[datetime]
    refused_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))


class ManagerKey(Model):
    """A key that was sent by mail, which makes its reader a manager; its SHA-256 is stored.

    `member_id` is the one who proves to read mail at a domain, NULL for an invitation, which
    is for the account of that address. `made_by_id` is the member who asked for the mail.
    """

    __tablename__ = "manager_key"
    __table_args__ = (
        Index("ix_manager_key_organisation_id", "organisation_id"),
        Index("ix_manager_key_member_id", "member_id"),
        Index("ix_manager_key_made_by_id", "made_by_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(CITEXT())
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    made_at: Mapped[datetime]


class OrganisationClaim(Model):
    """A member's request to manage an organisation, which an administrator answers.

    `is_accepted` is NULL until then; `reason` is the administrator's for a refusal.
    """

    __tablename__ = "organisation_claim"
    __table_args__ = (
        Index(
            "ix_organisation_claim_open",
            "organisation_id",
            "member_id",
            unique=True,
            postgresql_where=text("is_accepted IS NULL"),
        ),
        Index("ix_organisation_claim_organisation_id", "organisation_id"),
        Index("ix_organisation_claim_member_id", "member_id"),
        Index("ix_organisation_claim_answered_by_id", "answered_by_id"),
        CheckConstraint("(is_accepted IS NULL) = (answered_at IS NULL)", name="answered_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    message: Mapped[str]
    made_at: Mapped[datetime]
    is_accepted: Mapped[bool | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(default="", server_default="")

    organisation: Mapped[Organisation] = relationship(lazy="joined")
