"""Content of all kinds, for scenes that check every page."""

from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Kind, ReactionName
from grandequipe.feed.services import add_reaction, approve_post, edit_post
from grandequipe.groups.services import join_group
from tests.factories import Cast, draft_of, make_comment, make_group, make_post

LONG_WORD = "Anticonstitutionnellement" * 3
ADDRESS = "https://example.org/" + "long/" * 30
LONG_LINK = f'<p><a href="{ADDRESS}">{ADDRESS}</a></p>'
BODY = f"<h2>{LONG_WORD}</h2><p>Des <strong>mots</strong>.</p><ul><li>Un</li></ul>{LONG_LINK}"


def make_sample_content(cast: Cast) -> dict[str, str]:
    """Make posts of all kinds, comments, a proposal and a request; return their ids by name."""
    posts = {
        kind.value: make_post(
            *(cast.amina, cast.ess, kind),
            title=f"{LONG_WORD} {kind}",
            body_html=BODY,
            language="fr",
        )
        for kind in Kind
    }
    news = posts[Kind.NEWS.value]
    comment = make_comment(cast.chloe, news, LONG_WORD, language="ar")
    answer = make_comment(cast.amina, news, "Avec plaisir", reply_to=comment.id)
    make_comment(cast.bruno, posts[Kind.CALL.value])
    pending, proposed = (make_post(cast.chloe, cast.moderated) for _number in range(2))
    make_group(cast.amina, "Groupe vide", description=LONG_WORD)
    with atomic():
        add_reaction(cast.chloe, news, ReactionName.USEFUL)
        approve_post(cast.bruno, proposed, proposed.text_version)
        edit_post(cast.chloe, proposed, draft_of(title="Mieux dit", body_html=BODY))
        join_group(cast.driss, cast.private)
    made = {**posts, "pending": pending, "proposed": proposed, "said": comment, "answer": answer}
    return {name: str(each.id) for name, each in made.items()}
