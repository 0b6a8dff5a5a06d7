"""Members hear what becomes of their group, and whom it is offered to."""

import re
from html import unescape

from grandequipe.core.transactions import atomic
from grandequipe.groups import services
from tests.notifications.dispatching import run_pending_handlers
from tests.notifications.test_bell import kinds_in_bell_of

ESS = "/groupes/ess-quartiers"


def bell(member):
    """List the kinds in the bell of a member, once what happened was handled."""
    run_pending_handlers()
    return set(kinds_in_bell_of(member))


def test_members_hear_that_their_group_is_archived_closes_and_goes_on(cast):
    for act, kind in (
        (services.archive_group, "group_archived"),
        (services.reopen_group, "group_reopened"),
        (services.close_group, "group_closing"),
        (services.cancel_closing, "group_kept"),
    ):
        with atomic():
            act(cast.amina, cast.ess)
        for member in (cast.bruno, cast.chloe):
            assert kind in bell(member)
        for other in (cast.amina, cast.driss, cast.eva):
            assert kind not in bell(other)


def test_an_offer_is_heard_until_it_is_answered_and_the_answer_by_its_sender(cast, browser):
    with atomic():
        services.offer_ownership(cast.amina, cast.ess, cast.bruno)
    assert bell(cast.bruno) == {"ownership_offered"}
    bruno = browser(cast.bruno)
    line = re.search(r'href="(/notifications/[^"]+up_to[^"]+)"', bruno.get("/notifications").text)
    assert line
    assert bruno.get(unescape(line[1])).location == f"{ESS}/reprise"
    with atomic():
        services.answer_offer(cast.bruno, cast.ess, accept=True)
    assert (bell(cast.bruno), bell(cast.amina)) == (set(), {"ownership_answered"})
