"""B6: what nobody sees is taken out of what a person sends by a page; a program is refused."""

from typing import Any

import pytest

from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Post
from grandequipe.groups.models import Group, Invitation
from tests.conftest import Visitor
from tests.factories import PASSWORD, Cast, make_member_with_password, make_post

# Of PDF files, slides, telephones and web pages; no sentence of ours has any of them.
ODD = "\x02\u202a\u2066\u200b\u00ad\ufeff\U000e0041\u202c"


def newest(model: type) -> Any:
    """Give what was written last."""
    return db.session.query(model).order_by(model.id.desc()).first()  # type: ignore[attr-defined]


def test_a_post_pasted_from_anywhere_is_published_clean(cast: Cast, browser: Any) -> None:
    sent = {
        "title": f"Un{ODD} titre\x0bde diapositive 👩\u200d💻",
        "body_html": f"<p>Appeler{ODD} le +33\u202c 6&#8203;12.</p><p>می\u200cخواهم</p>",
        "partners": f"Régie{ODD}\u2028Ville",
        "contact": f"contact@example.org{ODD}",
    }
    answer = browser(cast.chloe).send("/groupes/ess-quartiers/publier/projet", sent)
    assert answer.status_code == 303
    post = newest(Post)
    assert post.title == "Un titre de diapositive 👩\u200d💻"
    assert post.body_html == "<p>Appeler le +33 612.</p><p>می\u200cخواهم</p>"
    assert (post.partners, post.contact) == ("Régie Ville", "contact@example.org")


def test_a_comment_of_slides_keeps_its_lines(cast: Cast, browser: Any) -> None:
    post = make_post(cast.amina, cast.ess)
    sent = {"body_html": f"Un{ODD}\x0bdeux\x0ctrois\x00"}
    answer = browser(cast.chloe).send(f"/publications/{post.id}/commentaires", sent)
    assert answer.status_code == 303
    assert newest(Comment).body_html == "<p>Un<br>deux<br>trois</p>"


def test_names_and_descriptions_are_clean(cast: Cast, browser: Any) -> None:
    chloe = browser(cast.chloe)
    profile = {
        "display_name": f"Chloé{ODD} Dumas\u200b", "job_title": f"{ODD}Chargée",
        "organisation": f"La Régie{ODD}", "bio": f"Un\x0bdeux{ODD}",
    }  # fmt: skip
    assert chloe.send("/reglages/profil", profile).status_code == 303
    db.session.refresh(cast.chloe)
    assert cast.chloe.display_name == "Chloé Dumas"
    assert (cast.chloe.job_title, cast.chloe.bio) == ("Chargée", "Un\ndeux")
    assert cast.chloe.organisation.name == "La Régie"
    group = {"name": f"Jardins{ODD} partagés", "description": f"Un{ODD}\u2029deux"}
    rules = {"visibility": "public", "join_policy": "open", "posting_policy": "members"}
    assert chloe.send("/groupes/nouveau", {**group, **rules}).status_code == 303
    made = newest(Group)
    assert (made.name, made.description) == ("Jardins partagés", "Un\ndeux")


def test_an_address_is_clean_wherever_it_is_typed(
    cast: Cast, browser: Any, visitor: Visitor
) -> None:
    typed = f"\ufeff{ODD}noe@example.org\u200b"
    amina = browser(cast.amina)
    assert amina.send("/groupes/ess-quartiers/invitations", {"email": typed}).status_code == 303
    assert newest(Invitation).email == "noe@example.org"
    make_member_with_password("Noé Roux", email="noe@example.org")
    logged_in = visitor.send("/connexion", {"email": typed, "password": PASSWORD})
    assert logged_in.status_code == 302


def test_a_name_of_unseen_signs_alone_is_none(cast: Cast, browser: Any) -> None:
    for name in ("\u200b\u200d", "\u3164", "\x00"):
        answer = browser(cast.chloe).send("/reglages/profil", {"display_name": name})
        assert answer.status_code == 422
        assert "Indiquez votre nom" in answer.text


@pytest.mark.parametrize("q", ["jar\u00addins", "\u200bJardins\u202c"])
def test_what_is_searched_is_clean(cast: Cast, browser: Any, q: str) -> None:
    page = browser(cast.chloe).get("/groupes", query_string={"q": q})
    assert "\u00ad" not in page.text
    assert "\u200b" not in page.text


def test_a_tried_address_is_counted_as_it_is_looked_up(app: Any, visitor: Visitor) -> None:
    """A1, B6: an unseen sign opens no second count of tries."""
    make_member_with_password("Noé Roux")
    typed = ("no\u200be" + "\u2060" * count + "@example.org" for count in range(6))
    tried = [visitor.send("/connexion", {"email": each, "password": "faux"}) for each in typed]
    assert [answer.status_code for answer in tried] == [422] * 5 + [429]
