"""What a member finds of the decisions about them, on one page."""

from grandequipe.core.transactions import atomic
from grandequipe.feed.services import take_out
from grandequipe.groups.services import warn_member
from grandequipe.moderation.models import Decision, DecisionKind, SubjectType
from grandequipe.moderation.services import decide_appeal, file_appeal
from tests.factories import make_post
from tests.web.reading import sentences_of

MINE = "/reglages/decisions"


def test_a_member_lists_the_decisions_about_them_and_how_far_their_appeals_are(
    cast, browser, file_report, decide
):
    chloe = browser(cast.chloe)
    assert "Aucune décision ne vous concerne" in sentences_of(chloe.get(MINE).text)
    assert f'href="{MINE}"' in chloe.get("/reglages").text
    post = make_post(cast.chloe, cast.ess, title="Vide-grenier")
    with atomic():
        take_out(cast.bruno, post, cast.ess, "Une publicité.")
        warn_member(cast.bruno, cast.ess, cast.chloe, "Encore une publicité.")
    kept = make_post(cast.chloe, cast.ess)
    decide(cast.bruno, file_report(cast.driss, SubjectType.POST, kept.id), DecisionKind.KEEP)
    removal, warning = Decision.query.filter(Decision.kind != "keep").order_by(Decision.id)
    page = sentences_of(chloe.get(MINE).text)
    assert "Vide-grenier" in page
    assert "averti" in page
    assert page.count("Vous pouvez former un recours jusqu’au") == 2, "what was kept limits nobody"
    with atomic():
        appeal = file_appeal(cast.chloe, removal, "Ce n’est pas une publicité.")
    assert "Votre recours est en cours d’examen." in sentences_of(chloe.get(MINE).text)
    with atomic():
        decide_appeal(cast.amina, appeal, granted=True, reason="En effet.")
    assert "a été annulée" in sentences_of(chloe.get(MINE).text)
    for decision in (removal, warning):
        assert f'href="{MINE}"' in chloe.get(f"/decisions/{decision.id}").text
    assert f'href="{MINE}"' not in browser(cast.amina).get(f"/decisions/{warning.id}").text
    assert "Vide-grenier" not in browser(cast.driss).get(MINE).text
