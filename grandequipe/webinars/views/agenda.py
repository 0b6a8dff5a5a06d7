"""The agenda: what comes, by date, as a list or a month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, get_timezone, gettext as _

from grandequipe.core import clock
from grandequipe.core.cleaning import cleaned_line
from grandequipe.core.errors import NotFound
from grandequipe.core.text_validation import too_long
from grandequipe.core.time_zones import clock_of
from grandequipe.core.windows import Window
from grandequipe.feed.models import KINDS, Kind, Label
from grandequipe.feed.views.my_groups import my_groups
from grandequipe.feed.views.request_args import requested_cursor, requested_kind
from grandequipe.groups.models import Group
from grandequipe.groups.policies import may_read
from grandequipe.groups.queries import get_group
from grandequipe.members.identity import viewer
from grandequipe.members.models import Member
from grandequipe.taxonomies.models import Theme
from grandequipe.taxonomies.queries import (
    find_territories,
    find_themes,
    list_themes_by_heading,
)
from grandequipe.web.formats import closing_day
from grandequipe.web.indexing import allow_index
from grandequipe.web.pages import render_page
from grandequipe.webinars.models import (
    DATED_KINDS,
    AgendaEntry,
    AgendaFilter,
    AgendaPeriod,
    AgendaScope,
)
from grandequipe.webinars.queries.agenda import list_agenda

SCOPES: Mapping[str, AgendaScope] = {
    "groupes": AgendaScope.GROUPS,
    "inscriptions": AgendaScope.REGISTERED,
    "tout": AgendaScope.ALL,
}
LONGEST_TERRITORY = 80
MOST_LISTED = 30
# Of a month; of a day in its table.
MOST_OF_MONTH, MOST_OF_DAY = 600, 3
A_DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 2000, 2100


class MonthDay(NamedTuple):
    """A day in the table of a month: what is shown there, and how much there is."""

    day: date
    is_of_month: bool
    is_today: bool
    shown: Sequence[AgendaEntry]
    number: int


@dataclass(frozen=True)
class AgendaChoice:
    """What the address of the page asks for, and what of it is wrong."""

    scope: str
    kind: Kind | None
    group: Group | None
    theme: Theme | None
    territory: Label | None
    typed: str
    error: str | None
    is_month: bool
    is_past: bool
    month: date
    day: date | None

    @property
    def filter(self) -> AgendaFilter:
        """Give what the query needs of it."""
        return AgendaFilter(
            SCOPES[self.scope],
            self.kind,
            self.group.id if self.group else None,
            Label.of(self.theme).key if self.theme else None,
            self.territory.key if self.territory else None,
        )

    @property
    def params(self) -> dict[str, str | None]:
        """Give the parameters of an address that asks for the same."""
        return {
            "quoi": self.scope,
            "kind": KINDS[self.kind].path if self.kind else None,
            "groupe": self.group.slug if self.group else None,
            "theme": self.theme.slug if self.theme else None,
            "territoire": self.territory.name if self.territory else None,
            "vue": "mois" if self.is_month else None,
            "mois": f"{self.month:%Y-%m}" if self.is_month else None,
            "passe": "1" if self.is_past else None,
        }


def agenda() -> ResponseReturnValue:
    """Show the agenda, or a day of it."""
    member, zone = viewer(), clock_of(str(get_timezone()))
    today = clock.now().astimezone(zone).date()
    if not request.args:
        allow_index(url_for("webinars.agenda"))
    choice = _read_address(member, today)
    entries = Window[AgendaEntry]((), None)
    if choice.error is None:
        entries = _list(choice, member, zone)
    page = render_page(
        "webinars/agenda.html",
        choice=choice,
        address=partial(_address, choice),
        today=today,
        page=entries,
        days=_days(choice, entries.items),
        day_of=day_of,
        weeks=_weeks(choice.month, today, entries.items) if choice.is_month else [],
        is_cut=choice.is_month and entries.next is not None,
        earlier=_first_of_month(choice.month - A_DAY),
        later=_first_of_month(choice.month + timedelta(days=31)),
        next_day=choice.day + A_DAY if choice.day else None,
        day_before=choice.day - A_DAY if choice.day else None,
        scopes=SCOPES if member else {},
        dated_kinds=DATED_KINDS,
        my_groups=my_groups(member) if member else (),
        themes=list_themes_by_heading(str(get_locale())),
    )
    return (page, 422) if choice.error else page


def _address(choice: AgendaChoice, **changes: str | None) -> str:
    """Give the address of the agenda with some of what it asks for changed."""
    params: dict[str, Any] = {**choice.params, **changes}
    return url_for("webinars.agenda", **params)


def _read_address(member: Member | None, today: date) -> AgendaChoice:
    scope = request.args.get("quoi", "")
    if member is None or scope not in SCOPES:
        scope = "groupes" if member else "tout"
    typed = cleaned_line(request.args.get("territoire", "")).strip()
    territory, error = _find_territory(typed)
    theme = cleaned_line(request.args.get("theme", ""))
    kind = requested_kind()
    month = _read_day(f"{request.args.get('mois', '')}-01")
    day = _read_day(request.args.get("jour", ""))
    return AgendaChoice(
        scope=scope,
        kind=kind if kind in DATED_KINDS else None,
        group=_find_group(member),
        theme=next(iter(find_themes([theme])), None) if theme else None,
        territory=territory,
        typed=typed,
        error=error,
        is_month=request.args.get("vue") == "mois" and day is None,
        is_past=request.args.get("passe") == "1" and day is None,
        month=_first_of_month(month or day or today),
        day=day,
    )


def _find_group(member: Member | None) -> Group | None:
    slug = cleaned_line(request.args.get("groupe", ""))
    if not slug:
        return None
    group = get_group(slug, seen_by=member)
    if not may_read(member, group):
        raise NotFound
    return group


def _find_territory(typed: str) -> tuple[Label | None, str | None]:
    if not typed:
        return None, None
    if len(typed) > LONGEST_TERRITORY:
        return None, too_long(LONGEST_TERRITORY)
    found = find_territories([typed, typed.upper()])
    if not found:
        return None, _("Choose a town, département or région from the list.")
    return Label.of(found[0]), None


def _read_day(written: str) -> date | None:
    """Read a date of an address; None for none, and for one out of reach."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year < LAST_YEAR else None


def _list(choice: AgendaChoice, member: Member | None, zone: ZoneInfo) -> Window[AgendaEntry]:
    if choice.is_month:
        first = _first_shown(choice.month)
        days = first, first + timedelta(weeks=len(_mondays(choice.month)))
        between = _between(*days, zone)
        return list_agenda(
            choice.filter, member, AgendaPeriod.DURING, limit=MOST_OF_MONTH, between=between
        )
    if choice.day:
        between = _between(choice.day, choice.day + A_DAY, zone)
        found = list_agenda(
            choice.filter, member, AgendaPeriod.DURING, limit=MOST_OF_MONTH, between=between
        )
        return Window([each for each in found.items if choice.day in days_of(each)], found.next)
    period = AgendaPeriod.PAST if choice.is_past else AgendaPeriod.COMING
    return list_agenda(choice.filter, member, period, requested_cursor(), MOST_LISTED)


def _between(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Give the instants of some days, the end of the last one among them: deadlines end days."""
    begins, ends = (datetime.combine(day, time(), zone) for day in (first, last))
    return begins, ends + timedelta(seconds=1)


def day_of(entry: AgendaEntry) -> date:
    """Give the day under which an entry stands: a deadline at 0:00 ends the day before."""
    if entry.kind is Kind.CALL:
        return closing_day(entry.starts_at)
    return entry.starts_at.astimezone(clock_of(str(get_timezone()))).date()


def _days(
    choice: AgendaChoice, entries: Sequence[AgendaEntry]
) -> Sequence[tuple[date, Sequence[AgendaEntry]]]:
    """Give the entries of a list by day; a chosen day has those that go on, too."""
    if choice.is_month:
        return []
    if choice.day:
        return [(choice.day, entries)] if entries else []
    return _by_day(entries)


def days_of(entry: AgendaEntry) -> Sequence[date]:
    """Give the days on which an entry takes place, in order.

    What ends at 0:00 ends the day before.
    """
    first = day_of(entry)
    if entry.kind is Kind.CALL or entry.is_moment:
        return [first]
    number = (closing_day(entry.ends_at) - first).days
    return [first + timedelta(days=each) for each in range(max(number, 0) + 1)]


def _by_day(entries: Sequence[AgendaEntry]) -> Sequence[tuple[date, Sequence[AgendaEntry]]]:
    return [(day, list(each)) for day, each in groupby(entries, day_of)]


def _weeks(
    month: date, today: date, entries: Sequence[AgendaEntry]
) -> Sequence[Sequence[MonthDay]]:
    by_day: dict[date, list[AgendaEntry]] = {}
    for entry in entries:
        for day in days_of(entry):
            by_day.setdefault(day, []).append(entry)
    return [
        [
            MonthDay(
                day,
                day.month == month.month,
                day == today,
                _shown(by_day.get(day, [])),
                len(by_day.get(day, [])),
            )
            for day in (monday + timedelta(days=number) for number in range(7))
        ]
        for monday in _mondays(month)
    ]


def _shown(entries: Sequence[AgendaEntry]) -> Sequence[AgendaEntry]:
    """Give what fits into a day of the table: with one too many, a line says how many more."""
    return entries if len(entries) <= MOST_OF_DAY else entries[: MOST_OF_DAY - 1]


def _mondays(month: date) -> Sequence[date]:
    first = _first_shown(month)
    weeks = (first + timedelta(weeks=number) for number in range(6))
    after = _first_of_month(month + timedelta(days=31))
    return [monday for monday in weeks if monday < after]


def _first_shown(month: date) -> date:
    return month - timedelta(days=month.weekday())


def _first_of_month(day: date) -> date:
    return day.replace(day=1)
