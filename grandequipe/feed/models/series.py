"""Series of webinars: several dates that are announced together."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.core import clock
from grandequipe.extensions import Model, enum_check

# Of one series: a year of weeks.
MOST_DATES = 52


class Repeat(StrEnum):
    """How often a webinar is repeated; monthly on the same weekday of the month."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"


REPEATS: Mapping[Repeat, str] = MappingProxyType(
    {
        Repeat.WEEKLY: _("Every week"),
        Repeat.FORTNIGHTLY: _("Every two weeks"),
        Repeat.MONTHLY: _("Every month, on the same weekday"),
    }
)


class WebinarSeries(Model):
    """What the dates of a series have in common: how often they were planned.

    Each date is a webinar of its own, with its own seats and discussion, and may have been moved
    since. Lists show one of them, whose placements are `listed`: the next date.
    """

    __tablename__ = "webinar_series"
    __table_args__ = (enum_check("repeats", Repeat),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    repeats: Mapped[Repeat]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
