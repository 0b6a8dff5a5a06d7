"""Scenes of a reader who looks for something by its words."""

from datetime import timedelta

import pytest

from grandequipe.attachments.models import File, FileClaim, FileState, FileText
from grandequipe.core import clock
from grandequipe.core.errors import Invalid
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Kind
from grandequipe.feed.services import add_reaction, edit_post, place_post
from grandequipe.search.models import SubjectType
from grandequipe.search.queries import (
    Question,
    Sort,
    count_facets,
    find_answer,
    list_suggestions,
    plain,
)
from tests.factories import draft_of, make_comment, make_group, make_post
from tests.search.conftest import ask, found, posts_found


def write(cast, title, body="Quelques mots.", group=None, author=None, **values):
    kind = values.pop("kind", Kind.NEWS)
    return make_post(
        author or cast.amina,
        group or cast.ess,
        kind,
        title=title,
        body_html=f"<p>{body}</p>",
        **values,
    )


def marked(runs):
    return [run.text for run in runs if run.is_marked]


def test_a_guide_is_found_by_words_written_another_way(cast):
    guide = write(cast, "Guide de l’évaluation d’impact social")
    write(cast, "Fête des voisins")
    for typed in (
        "évaluation d'impact", "evaluation impact", "ÉVALUATIONS", "évaluer l’impact",
        "impacts sociaux", "« évaluation d’impact »", "évaluation -fête", "éval* impact",
        "guide de la évaluation",
    ):  # fmt: skip
        assert posts_found(typed, cast.chloe) == [guide.id], typed
    for typed in ('"impact évaluation"', "évaluation -guide", "évaluation budget"):
        assert posts_found(typed, cast.chloe) == [], typed


def test_an_english_post_is_found_by_english_words(cast):
    english = write(cast, "Measuring communities", "Children are running.", language="en")
    french = write(cast, "Mesurer", "Des enfants courent.", language="fr")
    assert posts_found("measured community run", None) == [english.id]
    assert posts_found("enfants", None) == [french.id]


def test_the_title_the_new_and_the_useful_come_first(cast):
    old = write(cast, "Mobilité des jeunes")
    long_ago = clock.now() - timedelta(days=900)
    with atomic():
        old.placements[0].published_at = long_ago
    inside = write(cast, "Autre chose", "On y parle de mobilité.")
    titled = write(cast, "Mobilité à la campagne")
    assert posts_found("mobilité", None) == [titled.id, old.id, inside.id]
    useful = write(cast, "Encore une chose", "On y parle de mobilité.")
    again = write(cast, "Toujours une chose", "On y parle de mobilité.")
    for member in (cast.bruno, cast.chloe, cast.amina):
        with atomic():
            add_reaction(member, useful, "useful")
    ranked = posts_found("mobilité", None)
    assert ranked.index(useful.id) < ranked.index(again.id)
    newest = find_answer(Question("mobilité", sort=Sort.NEWEST), None).items
    assert [each.id for each in newest] == sorted((each.id for each in newest), reverse=True)


def test_excerpts_mark_what_was_found_in_the_form_in_which_it_stands(cast):
    body = (
        "Une phrase au début. " * 30
        + "Les habitantes rénovées évaluaient leur quartier."
        + " Et la fin." * 30
    )
    write(cast, "Évaluations", body)
    hit = ask("évaluer habitant", cast.chloe).items[0]
    assert marked(hit.title) == ["Évaluations"]
    assert marked(hit.excerpt) == ["habitantes", "évaluaient"]
    assert plain(hit.excerpt).startswith("… ")
    assert len(plain(hit.excerpt)) < 260


def test_a_post_is_found_by_the_words_of_its_document(cast):
    post = write(cast, "Un guide")
    with atomic():
        file = File(
            owner_id=cast.amina.id, name="guide.pdf", media_type="application/pdf", size=1,
            state=FileState.READY, key="k", sha256=b"1", created_at=clock.now(),
        )  # fmt: skip
        db.session.add(file)
        db.session.flush()
        db.session.add(
            FileClaim(subject_type="post", subject_id=post.id, file_id=file.id, position=0)
        )
        db.session.flush()
        db.session.add(FileText(file_id=file.id, content="Une monographie de Clichy"))
    hit = ask("monographies", None).items[0]
    assert (hit.id, marked(hit.excerpt)) == (post.id, ["monographie"])
    with atomic():
        db.session.query(FileClaim).delete()
    assert posts_found("monographies", None) == []


def test_all_types_are_in_one_answer(cast):
    cast.chloe.display_name = "Chloé Boussole"
    cast.driss.bio, cast.driss.audiences = "Fabricant de boussoles", {"bio": "members"}
    db.session.commit()
    group = make_group(cast.amina, "La boussole", description="Des idées")
    post = write(cast, "Une boussole")
    comment = make_comment(cast.bruno, post, "Belle boussole")
    everything = {
        ("post", post.id), ("comment", comment.id), ("group", group.id),
        ("member", cast.chloe.id), ("member", cast.driss.id),
    }  # fmt: skip
    assert found("boussole", cast.amina) == everything
    assert found("chloe bouss*", cast.amina) == {("member", cast.chloe.id)}
    assert found("boussole", None) == {each for each in everything if each[0] != "member"}
    assert found("boussole", cast.amina, type=SubjectType.MEMBER) == {
        each for each in everything if each[0] == "member"
    }


@pytest.mark.usefixtures("taxonomies")
def test_facets_and_filters_agree(cast):
    one = write(
        cast, "Un jardin partagé", kind=Kind.RESOURCE, url="https://example.org/",
        resource_type="guide", licence="CC BY", themes=["sante"], territories=["C93006"],
    )  # fmt: skip
    two = write(cast, "Un jardin d’hiver", themes=["sante", "emploi"], author=cast.chloe)
    make_comment(cast.bruno, one, "Beau jardin")
    with atomic():
        place_post(cast.amina, one, cast.private)
    search = Question("jardin").as_search(cast.chloe)
    assert search
    facets = count_facets(search)
    assert dict(facets.types) == {"post": 2, "comment": 1}
    named = {
        name: {each.code: each.number for each in values} for name, values in facets.values.items()
    }
    year = str(one.created_at.year)
    assert named == {
        "kind": {"resource": 2, "news": 1},
        "theme": {"sante": 3, "emploi": 1},
        "territory": {"C93006": 2, "D93": 2, "R11": 2},
        "group": {cast.ess.slug: 3, cast.private.slug: 2},
        "author": {str(cast.amina.id): 1, str(cast.bruno.id): 1, str(cast.chloe.id): 1},
        "organisation": {},
        "year": {year: 3},
        "resource_type": {"guide": 1},
        "licence": {"CC BY": 1},
    }
    for facet, values in facets.values.items():
        for each in values:
            value = int(each.value) if facet in ("group", "author", "year") else each.value
            assert len(found("jardin", cast.chloe, **{facet: value})) == each.number, (facet, value)
    assert posts_found("jardin", cast.chloe, theme=facets.values["theme"][1].value) == [two.id]
    assert find_answer(Question("jardin"), cast.chloe).total == (3, True)


def test_a_typing_error_is_mended_and_said(cast):
    post = write(cast, "Évaluation des quartiers")
    answer = ask("evalutaion quartier", cast.chloe)
    assert [each.id for each in answer.items] == [post.id]
    assert str(answer.meant) == "évaluation quartier"
    literal = find_answer(Question("evalutaion", is_literal=True), cast.chloe)
    assert (list(literal.items), literal.meant) == ([], None)
    assert ask("quartiers", cast.chloe).meant is None
    assert ask("zzzyyyxxx", cast.chloe).meant is None


def test_suggestions_lead_to_what_begins_like_what_is_typed(cast):
    post = write(cast, "Participation citoyenne")
    for typed in ("par", "particip", "PARTICIPATI", "citoyenne partic", "participation ci"):
        shown = list_suggestions(typed, cast.chloe).found
        assert [(each.type, each.id) for each in shown] == [("post", post.id)], typed
    assert [each.id for each in list_suggestions("ami", cast.chloe).found] == [cast.amina.id]
    assert list_suggestions("ami", None).found == []
    assert list(list_suggestions("p", cast.chloe).found) == []


@pytest.mark.usefixtures("taxonomies")
def test_themes_and_territories_are_suggested(cast):
    for typed, code in (("sant", "sante"), ("heal", "sante"), ("bagn", "C93006")):
        assert [each.label.code for each in list_suggestions(typed, None).labels] == [code]


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "-", "--", '"', '""', "*", "& | ! ( )", "a\x00b", "\x00", ".*(a|b)+$", "\\",
        "'; DROP TABLE post; --", "%_%", "<->", ":*", "le la les", "-projet", "é" * 300, "a:*b",
        "\u202e\u200b", "𝒜𝒷𝒸", "😀", "'=x':*", "l'", "l’", "((((", "\ud83d", "12-34", "1e999",
        "habitant·e·", "/" * 200, "a" * 300,
    ],
)  # fmt: skip
def test_odd_words_are_answered(cast, typed):
    write(cast, "Un projet")
    assert len(find_answer(Question(typed), cast.chloe).items) <= 1
    list_suggestions(typed, cast.chloe)


@pytest.mark.parametrize("typed", ["a" * 8000, "mot " * 13])
def test_a_text_is_no_search(cast, typed):
    with pytest.raises(Invalid) as refused:
        find_answer(Question(typed), cast.chloe)
    assert set(refused.value.errors) == {"q"}


@pytest.mark.parametrize(
    "cursor", ["x", "eyJ9", "WyJyYW5rIiwgLTFd", "WyJyYW5rIiwgMWU5OTld", "WzEsMl0", "é", "[" * 2000]
)
def test_a_cursor_of_others_is_refused(cast, cursor):
    write(cast, "Un projet")
    for sort in Sort:
        with pytest.raises(Invalid):
            find_answer(Question("projet", sort=sort), cast.chloe, cursor)


def test_all_pages_together_hold_each_hit_once(cast):
    posts = {write(cast, f"Un chantier {number}").id for number in range(12)}
    for sort in Sort:
        listed, cursor = [], None
        while True:
            answer = find_answer(Question("chantier", sort=sort), cast.chloe, cursor, 5)
            listed += [each.id for each in answer.items]
            cursor = answer.next
            if cursor is None:
                break
        assert sorted(listed) == sorted(posts)


def test_what_is_edited_is_found_by_its_new_words_only(cast):
    post = write(cast, "Ancien titre")
    with atomic():
        edit_post(cast.amina, post, draft_of(title="Nouveau nom"), over=post.text_version)
    assert posts_found("ancien", None) == []
    assert posts_found("nouveau", None) == [post.id]
