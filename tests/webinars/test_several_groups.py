"""A webinar that several groups read has one list of registrations."""

from grandequipe.core.transactions import atomic
from grandequipe.feed.services import place_post, take_out
from grandequipe.groups.services import leave_group
from grandequipe.webinars.queries import list_registrations
from tests.factories import admit, make_group, make_member
from tests.notifications.dispatching import run_pending_handlers
from tests.webinars.conftest import register, states_of


def test_its_groups_share_places_line_and_list(cast, make_webinar, browser):
    webinar = make_webinar(capacity=2, group=cast.private)
    neighbours = make_group(cast.driss, "Voisins", visibility="private", join_policy="request")
    nadia = make_member("Nadia Cherif")
    admit(neighbours, cast.amina, nadia)
    with atomic():
        place_post(cast.amina, webinar, neighbours)
    for member in (cast.chloe, cast.driss, nadia):
        register(member, webinar)
    assert states_of(webinar) == {"Chloé": "going", "Driss": "going", "Nadia": "waiting"}
    # Bruno looks after one of the groups, Driss after the other: each reads all.
    names = ["Chloé Dumas", "Driss Amrani", "Nadia Cherif"]
    for organiser in (cast.bruno, cast.driss, cast.amina):
        listed = list_registrations(webinar, organiser)
        assert [each.person_name for each in listed] == names
        page = browser(organiser).get(f"/publications/{webinar.id}/inscriptions").text
        assert all(name in page for name in names)
    # A person that leaves one of its groups and reads it in the other keeps the place.
    admit(neighbours, cast.chloe)
    with atomic():
        leave_group(cast.chloe, cast.private)
    run_pending_handlers()
    assert states_of(webinar)["Chloé"] == "going"
    with atomic():
        leave_group(cast.chloe, neighbours)
    run_pending_handlers()
    assert states_of(webinar) == {"Chloé": "cancelled", "Driss": "going", "Nadia": "offered"}


def test_a_group_that_no_longer_reads_it_takes_nobody_elses_place(cast, make_webinar):
    webinar = make_webinar()
    with atomic():
        place_post(cast.amina, webinar, cast.private)
    register(cast.chloe, webinar)
    with atomic():
        take_out(cast.amina, webinar, cast.private)
    run_pending_handlers()
    assert states_of(webinar) == {"Chloé": "going"}
