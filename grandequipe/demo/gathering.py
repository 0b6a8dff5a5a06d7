"""Collections of the demo, one of a group and one of a member; and uses of its resources."""

from functools import partial

from sqlalchemy import select

from grandequipe.demo.timeline import Timeline
from grandequipe.demo.typography import typeset
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, Placement, Post
from grandequipe.library.models import Audience, CollectionInput
from grandequipe.library.services import collections, life

GATHERED_DAYS_AGO = 3
MOST = 4
OF_GROUP = CollectionInput(
    typeset("Pour commencer dans un quartier"),
    typeset("Ce que nous envoyons à toute personne qui nous rejoint, dans l'ordre où le lire."),
)
NOTES = (
    "À lire en premier, même si vous manquez de temps.",
    "À garder sous la main pour la première réunion.",
)
OF_MEMBER = CollectionInput(
    typeset("Mes indispensables"),
    typeset("Ce que je rouvre chaque mois, pour qui en voudrait."),
    Audience.EVERYONE,
)
SENTENCES = {
    "lucas": "Nous l'avons repris tel quel pour notre demande de subvention.",
    "leila": "Utile pour parler de nos effets avec la mairie.",
}


def plan_collections(timeline: Timeline) -> None:
    """Plan what people gather once most of the resources are there, and what they say of them."""
    timeline.add(timeline.ago(GATHERED_DAYS_AGO), partial(_gather, timeline))


def _gather(timeline: Timeline) -> None:
    group, amina, lucas = (
        timeline.groups["ess"],
        timeline.members["amina"],
        timeline.members["lucas"],
    )
    here = select(Placement.post_id).where(Placement.group_id == group.id)
    found = select(Post).where(Post.kind == Kind.RESOURCE, Post.id.in_(here)).order_by(Post.id)
    resources = [each for each in db.session.scalars(found) if each.is_published][:MOST]
    first = collections.create_collection(amina, OF_GROUP, group)
    for number, post in enumerate(resources):
        note = NOTES[number] if number < len(NOTES) else ""
        collections.add_to_collection(amina, first, post, typeset(note))
    own = collections.create_collection(lucas, OF_MEMBER)
    for post in resources[::-2]:
        collections.add_to_collection(lucas, own, post)
    collections.follow_collection(lucas, first)
    for key, sentence in SENTENCES.items():
        life.note_use(timeline.members[key], resources[0], typeset(sentence))
