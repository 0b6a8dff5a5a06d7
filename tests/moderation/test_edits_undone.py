"""An appeal against a moderator's edit gives back the text, never over what was written since."""

import pytest
from sqlalchemy import select

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Post, PostVersion
from grandequipe.feed.services import edit_post
from grandequipe.moderation.models import DecisionKind, SubjectType
from tests.factories import draft_of, make_post
from tests.moderation.conftest import run_pending_handlers
from tests.moderation.test_cases import mails_to
from tests.web.reading import sentences_of

SINCE = "Vous avez modifié votre publication depuis"


@pytest.mark.parametrize("is_written_since", [False, True])
def test_an_edit_that_is_undone_overwrites_nothing_that_its_author_wrote_since(
    cast, browser, file_report, decide, is_written_since
):
    post = make_post(cast.chloe, cast.ess, title="Premier titre")
    case = file_report(cast.driss, SubjectType.POST, post.id)
    with atomic():
        edit_post(cast.bruno, post, draft_of(title="Titre du modérateur"))
    decision = decide(cast.bruno, case, DecisionKind.EDIT)
    if is_written_since:
        with atomic():
            edit_post(cast.chloe, post, draft_of(title="Titre de Chloé depuis"))
    chloe = browser(cast.chloe)
    chloe.send(f"/decisions/{decision.id}", {"text": "Mon titre disait bien cela."})
    db.session.expire_all()
    amina = browser(cast.amina)
    answer = amina.send(
        f"/recours/{decision.appeal.id}", {"decision": "granted", "reason": "En effet."}
    )
    assert answer.status_code == 303
    db.session.expire_all()
    title = db.session.get(Post, post.id).title
    assert title == ("Titre de Chloé depuis" if is_written_since else "Premier titre")
    run_pending_handlers()
    (mail,) = mails_to(cast.chloe.email, "appeal")
    page = sentences_of(chloe.get(f"/decisions/{decision.id}").text)
    assert [SINCE in words for words in (mail.text, page)] == [is_written_since] * 2
    kept = db.session.scalars(select(PostVersion.content).order_by(PostVersion.version)).all()
    assert kept[0]["title"] == "Premier titre", "what it said before stays in its history"
