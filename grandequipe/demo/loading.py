"""Loading the demo community into an empty site."""

from pathlib import Path

from flask_security import hash_password

from grandequipe.core import clock
from grandequipe.core.errors import Conflict
from grandequipe.core.transactions import without_broadcast
from grandequipe.demo.belonging import plan_groups
from grandequipe.demo.digests import plan_digests, schedule_next_digests, show_digests
from grandequipe.demo.gathering import plan_collections
from grandequipe.demo.people import plan_people
from grandequipe.demo.reading import plan_visits
from grandequipe.demo.talking import plan_talks
from grandequipe.demo.timeline import Timeline
from grandequipe.members.queries import count_members
from grandequipe.taxonomies.services import (
    import_neighbourhoods,
    load_taxonomies,
    read_neighbourhoods,
)

DEMO_PASSWORD = "quartiers-2030"  # noqa: S105  (printed for everyone to read)
DEMO_ACCOUNTS = (
    ("amina@demo.example", "Amina Benkhelifa", "propriétaire du groupe ESS Quartiers"),
    ("lucas@demo.example", "Lucas Morvan", "membre"),
    ("jade@demo.example", "Jade Nguyen", "nouvelle venue, invitée dans un groupe"),
    ("solene@demo.example", "Solène Kerbrat", "administratrice de la plateforme"),
)


# Some priority neighbourhoods, in the columns of the official list.
NEIGHBOURHOODS = Path(__file__).parent / "texts" / "qpv.csv"


def is_empty() -> bool:
    """Return whether the site has no members."""
    return count_members() == 0


def must_be_empty() -> None:
    """Raise Conflict where the site has members: invented people must not mix with real ones."""
    if not is_empty():
        raise Conflict("This site has members already: this is for an empty database only.")


def write_community() -> None:
    """Write three months of activity up to now; raise Conflict where the site has members."""
    must_be_empty()
    load_taxonomies()
    _load_neighbourhoods()
    timeline = Timeline(clock.now())
    plan_people(timeline, hash_password(DEMO_PASSWORD))
    plan_groups(timeline, plan_talks(timeline))
    plan_collections(timeline)
    plan_visits(timeline)
    plan_digests(timeline)
    timeline.play()
    schedule_next_digests(timeline)
    without_broadcast()
    show_digests(timeline)


def _load_neighbourhoods() -> None:
    listed = read_neighbourhoods(NEIGHBOURHOODS.read_bytes()).neighbourhoods
    import_neighbourhoods(listed, is_whole=False)
