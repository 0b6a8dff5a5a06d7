"""Robots find what everybody may read, and leave the rest."""

import re
from pathlib import Path
from urllib.robotparser import RobotFileParser

import pytest
from lxml import etree
from sqlalchemy import text

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, PlacementStatus
from grandequipe.groups.models import GroupReview, Visibility
from grandequipe.library.models import Audience, CollectionInput
from grandequipe.library.services.collections import create_collection
from grandequipe.members.models import Organisation
from grandequipe.web.sitemaps import MOST_OF_PART, NAMESPACE
from tests.factories import make_group, make_post

SCHEMA = etree.XMLSchema(etree.parse(str(Path(__file__).with_name("sitemap.xsd"))))
NEXT = text("SELECT setval(pg_get_serial_sequence('post', 'id'), :id, false)")
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]+)">')


def addresses_in(answer):
    """Read the addresses of a sitemap or an index that keeps to the schema."""
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    document = etree.fromstring(answer.data)
    SCHEMA.assertValid(document)
    return [each.text.removeprefix("http://localhost") for each in
            document.iter(f"{{{NAMESPACE}}}loc")]  # fmt: skip


def everything(client):
    """Read all addresses of all parts of the sitemap."""
    parts = addresses_in(client.get("/sitemap.xml"))
    return [each for part in parts for each in addresses_in(client.get(part))]


def test_the_sitemap_holds_what_visitors_read_and_nothing_else(cast, visitor, taxonomies):
    post = make_post(cast.amina, cast.ess, title="Mesurer & chauffer", themes=["sante"],
                     territories=["C93006"])  # fmt: skip
    hidden = [make_post(cast.amina, group, title="Entre nous", themes=["tiers-lieux"])
              for group in (cast.private, cast.hidden)]  # fmt: skip
    new = make_group(cast.driss, "Nouveau", visibility="public")
    make_post(cast.driss, new, title="À relire d’abord")
    refused = make_post(cast.amina, cast.ess, title="Retirée")
    with atomic():
        new.review = GroupReview.PENDING
        refused.placement_in(cast.ess).status = PlacementStatus.REMOVED
    found = everything(visitor)
    assert {f"/groupes/{cast.ess.slug}", f"/publications/{post.id}-mesurer-chauffer", "/",
            "/thematiques/sante", "/territoires/D93", "/agenda", "/ressources",
            "/aide"} <= set(found)  # fmt: skip
    slugs = [group.slug for group in (cast.private, cast.hidden, new)]
    titles = [f"/publications/{each.id}" for each in (*hidden, refused)]
    assert not [each for each in found if any(each.startswith(one) for one in titles)]
    assert not [each for each in found if any(slug in each for slug in slugs)]
    assert not [each for each in found if "relire" in each or "tiers-lieux" in each]
    assert len(set(found)) == len(found)


def test_all_that_the_sitemap_holds_is_for_the_index_under_that_very_address(
    cast, visitor, taxonomies
):
    make_post(cast.amina, cast.ess, Kind.WEBINAR, themes=["sante"], territories=["C93006"])
    for address in everything(visitor):
        page = visitor.get(address)
        assert (page.status_code, page.headers.get("X-Robots-Tag")) == (200, None), address
        assert CANONICAL.findall(page.text) == [f"http://localhost{address}"]


@pytest.mark.parametrize("address", [
    "/connexion", "/inscription", "/groupes?q=ess", "/groupes/{slug}?kind=actualite",
    "/agenda?passe=1", "/publications/999", "/groupes/regies-de-quartier", "/thematiques/rien",
])  # fmt: skip
def test_forms_filters_errors_and_what_is_private_are_not_for_the_index(cast, visitor, address):
    answer = visitor.get(address.format(slug=cast.ess.slug))
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert not CANONICAL.search(answer.text)


def test_a_group_that_turns_private_leaves_the_sitemap_and_the_index_at_once(cast, visitor):
    post = make_post(cast.amina, cast.ess)
    assert [each for each in everything(visitor) if f"/publications/{post.id}" in each]
    page = f"/groupes/{cast.ess.slug}"
    assert "X-Robots-Tag" not in visitor.get(page).headers
    with atomic():
        cast.ess.visibility = Visibility.PRIVATE
    assert not [each for each in everything(visitor) if f"/publications/{post.id}" in each]
    assert visitor.get(page).headers["X-Robots-Tag"] == "noindex"
    assert visitor.get("/sitemap-publications-1.xml").status_code == 404
    assert visitor.get("/sitemap-rien-1.xml").status_code == 404


def test_collections_and_organisations_that_visitors_find_are_there(cast, visitor):
    with atomic():
        shown, kept = (
            create_collection(cast.chloe, CollectionInput("Nos guides", audience=audience)).id
            for audience in (Audience.EVERYONE, Audience.MEMBERS)
        )
        known, typed = (
            Organisation(name=name, description=said)
            for name, said in (("La Régie", "Un chantier d’insertion."), ("Inconnue", ""))
        )
        db.session.add_all((known, typed))
    found = everything(visitor)
    assert {f"/collections/{shown}", f"/structures/{known.id}"} <= set(found)
    assert not {f"/collections/{kept}", f"/structures/{typed.id}"} & set(found)
    for page in (f"/collections/{shown}", f"/structures/{known.id}"):
        assert CANONICAL.findall(visitor.get(page).text) == [f"http://localhost{page}"]


def test_a_part_has_at_most_fifty_thousand_addresses_whatever_the_ids(cast, visitor):
    ids = [MOST_OF_PART - 1, MOST_OF_PART, 3 * MOST_OF_PART + 7]
    for id in ids:
        with atomic():
            db.session.execute(NEXT, {"id": id})
        assert make_post(cast.amina, cast.ess, title=f"Numéro {id}").id == id
    parts = [each for each in addresses_in(visitor.get("/sitemap.xml")) if "publications" in each]
    assert parts == [f"/sitemap-publications-{number}.xml" for number in (1, 2, 4)]
    for part, id in zip(parts, ids, strict=True):
        assert addresses_in(visitor.get(part)) == [f"/publications/{id}-numero-{id}"]


def test_robots_read_where_the_sitemap_is_and_what_to_leave_alone(cast, visitor):
    answer = visitor.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    robots = RobotFileParser()
    robots.parse(answer.text.splitlines())
    assert robots.site_maps() == ["http://localhost/sitemap.xml"]
    may = {path: robots.can_fetch("Any", path) for path in
           ("/", "/groupes/ess-quartiers", "/agenda", "/recherche?q=a",
            "/api/v1/posts/1")}  # fmt: skip
    assert [path for path, is_allowed in may.items() if not is_allowed] == [
        "/recherche?q=a", "/api/v1/posts/1",
    ]  # fmt: skip
