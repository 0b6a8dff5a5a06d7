"""The figures of a group for its moderators: digests that showed it, and members who stopped."""

from collections.abc import Callable
from datetime import datetime, timedelta

from grandequipe.core import clock
from grandequipe.core.mail import MailState
from grandequipe.core.transactions import atomic
from grandequipe.digests.models import Frequency
from grandequipe.digests.queries import count_digests
from grandequipe.digests.services import change_subscription, open_missing
from grandequipe.feed.queries.vitality import find_weeks
from grandequipe.groups.models import Group, Level
from grandequipe.groups.services import change_level
from tests.factories import Cast, admit, make_member, make_post


def test_digests_that_showed_the_group_and_members_who_stopped_are_counted_from_five_people_on(
    cast: Cast, monday: datetime, send: Callable[[datetime], list[MailState]]
) -> None:
    more = [make_member(f"Membre {number}", email=f"m{number}@example.org") for number in range(6)]
    admit(cast.ess, *more)
    admit(cast.moderated, *more)
    make_post(cast.amina, cast.ess)
    with atomic():
        open_missing()
    sent = send(monday + timedelta(hours=1)).count(MailState.SENT)
    assert sent > 5

    def figures(group: Group) -> tuple[int | None, int | None]:
        with clock.travel(monday + timedelta(hours=3)):
            weeks = find_weeks(group)
            assert weeks is not None
            *earlier, last = count_digests(group, weeks)
        assert {(each.sent, each.stopped) for each in earlier} == {(0, 0)}
        return last.sent, last.stopped

    with clock.travel(monday + timedelta(hours=2)):
        assert figures(cast.ess) == (sent, 0)
        assert figures(cast.moderated) == (0, 0)
        with atomic():
            for member in more[:4]:
                change_level(member, cast.ess, Level.NONE)
        assert figures(cast.ess) == (sent, None)
        with atomic():
            change_subscription(more[3], frequency=Frequency.NEVER)
            change_subscription(more[4], frequency=Frequency.NEVER)
        assert figures(cast.ess) == (sent, 5)
        assert figures(cast.moderated) == (0, None)
        with atomic():
            change_subscription(more[4], frequency=Frequency.DAILY)
        assert figures(cast.ess) == (sent, None)
