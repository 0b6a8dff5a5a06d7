"""Organisations that members belong to."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import CITEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.extensions import Model, enum_check
from grandequipe.taxonomies.models import Territory


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

    `merged_into_id` is that of the one to which the name of a double leads now.
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
        CheckConstraint("merged_into_id <> id", name="merged_into_id"),
        enum_check("kind", OrganisationKind),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(CITEXT(), unique=True)
    kind: Mapped[OrganisationKind] = mapped_column(default=OrganisationKind.OTHER)
    territory_code: Mapped[str | None] = mapped_column(ForeignKey("territory.code"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))

    territory: Mapped[Territory | None] = relationship()
