"""B11: the last one in a group may end it, once they read what goes and typed its name."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from grandequipe.core.errors import Conflict
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import ReactionName
from grandequipe.feed.services import add_reaction, publish_post, take_out
from grandequipe.groups.models import Group
from grandequipe.groups.queries import find_group
from grandequipe.groups.services import (
    end_group,
    invite_address,
    leave_everything,
    leave_group,
    mark_seen,
)
from grandequipe.members.models import Member
from tests.api.conftest import Program, program  # noqa: F401 - a fixture
from tests.conftest import Visitor
from tests.factories import Cast, draft_of, make_comment, make_group, make_post
from tests.notifications.dispatching import run_pending_handlers

Open = Callable[[Member], Visitor]
ESS = "/groupes/ess-quartiers"
END = f"{ESS}/supprimer"
OF_A_GROUP = ("post", "placement", "comment", "reaction", "invitation", "notification", "event")


@pytest.fixture
def alone(cast: Cast) -> Group:
    """Leave Amina alone in a group with posts, comments, reactions, digests and news of others."""
    for group in (cast.private, cast.hidden, cast.moderated):
        db.session.delete(group)
    db.session.commit()
    posts = [make_post(author, cast.ess) for author in (cast.amina, cast.bruno)]
    comment = make_comment(cast.chloe, posts[0])
    make_comment(cast.bruno, posts[0], reply_to=comment.id)
    with atomic():
        add_reaction(cast.chloe, posts[1], ReactionName.THANKS)
        invite_address(cast.amina, cast.ess, "nouveau@example.org")
    run_pending_handlers()
    with atomic():
        mark_seen(cast.amina, cast.ess)
    for member in (cast.bruno, cast.chloe):
        with atomic():
            leave_group(member, cast.ess)
    run_pending_handlers()
    return cast.ess


def rows_of(stream_id: int) -> dict[str, int]:
    """Count what is left in the tables that lead to groups."""
    own = {"event": f"stream_id = {stream_id}"}
    return {
        table: db.session.scalar(
            text(f"SELECT count(*) FROM {table} WHERE {own.get(table, 'true')}")  # noqa: S608
        )
        for table in OF_A_GROUP
    }


def test_the_last_one_ends_the_group_and_all_of_it_goes(
    cast: Cast, browser: Open, visitor: Visitor, alone: Group
) -> None:
    group_id, stream_id, amina = alone.id, alone.stream_id, browser(cast.amina)
    assert all(rows_of(stream_id).values())
    assert f'href="{END}"' in amina.get(ESS).text
    page = amina.get(END).text
    for what in ("2 publications", "2 commentaires", "1 invitation sans réponse"):
        assert what in page
    slip = amina.send(END, {"name": "ESS Quartier"})
    assert (slip.status_code, 'value="ESS Quartier"' in slip.text) == (422, True)
    assert find_group(group_id) is not None
    ended = amina.send(END, {"name": " ess  quartiers"})
    assert (ended.status_code, ended.location) == (303, "/groupes")
    db.session.expire_all()
    assert find_group(group_id) is None
    assert not any(rows_of(stream_id).values())
    assert "ESS Quartiers</bdi> est supprimé" in amina.get("/groupes").text
    for path in (ESS, "/publications/1"):
        assert visitor.get(path).status_code == amina.get(path).status_code == 404
    for reader in (amina, browser(cast.chloe)):
        for path in ("/", "/notifications", "/reglages/lettre/apercu"):
            assert reader.get(path).status_code == 200


def test_what_other_groups_keep_is_not_among_what_goes(cast: Cast, browser: Open) -> None:
    group = make_group(cast.amina, "À moi")
    with atomic():
        kept = publish_post(cast.amina, group, draft_of(), [cast.ess])
        gone = publish_post(cast.amina, group, draft_of(), [cast.private])
    for post in (kept, gone):
        make_comment(cast.amina, post)
    with atomic():
        take_out(cast.amina, gone, cast.private)
    page = browser(cast.amina).get(f"/groupes/{group.slug}/supprimer").text
    assert "1 publication, 1 commentaire" in page


def test_the_end_of_an_empty_group_lists_nothing_that_is_not_there(
    cast: Cast, browser: Open
) -> None:
    amina = browser(cast.amina)
    found = {"visibility": "public", "join_policy": "open", "posting_policy": "members"}
    opened = amina.send("/groupes/nouveau", {"name": "Un essai", "language": "fr", **found})
    page = amina.get(f"{opened.location}/supprimer").text
    assert "<li>les demandes et les exclusions</li>" in page
    for nothing in ("0 publication", "0 commentaire", "0 invitation"):
        assert nothing not in page


@pytest.mark.parametrize("who", ["amina", "bruno", "chloe", "driss", "eva", "farid"])
def test_nobody_ends_a_group_of_others(cast: Cast, browser: Open, who: str) -> None:
    group_id, client = cast.ess.id, browser(getattr(cast, who))
    answer = client.send(END, {"name": "ESS Quartiers"})
    assert answer.status_code == (409 if who == "amina" else 403)
    assert f'href="{END}"' not in client.get(ESS).text
    db.session.expire_all()
    assert find_group(group_id) is not None


def test_a_program_ends_it_for_the_last_one_only(
    cast: Cast,
    program: Callable[..., Program],  # noqa: F811
    alone: Group,
) -> None:
    amina, path = program(cast.amina), "/groups/ess-quartiers"
    with atomic():
        alone.member_count += 1
    assert amina.delete(path).status_code == 409
    assert program(cast.farid).delete(path).status_code == 403
    with atomic():
        alone.member_count -= 1
    assert amina.delete(path).status_code == 204
    assert amina.get(path).status_code == 404


def test_who_closes_their_account_alone_in_a_group_has_a_way(cast: Cast, alone: Group) -> None:
    group_id = alone.id
    with pytest.raises(Conflict, match="ESS Quartiers"), atomic():
        leave_everything(cast.amina)
    with atomic():
        leave_everything(cast.amina, end_groups=True)
    assert find_group(group_id) is None


def test_a_group_is_not_ended_while_somebody_joins(cast: Cast, alone: Group) -> None:
    assert alone.member_count == 1, "as the page was read"
    with db.engine.begin() as elsewhere:
        elsewhere.execute(text('UPDATE "group" SET member_count = 2'))
    with pytest.raises(Conflict), atomic():
        end_group(cast.amina, alone)


def test_an_empty_group_offers_no_kinds_to_choose_from(
    cast: Cast, browser: Open, visitor: Visitor
) -> None:
    for reader in (visitor, browser(cast.chloe)):
        assert "?kind=appel" not in reader.get(ESS).text
    make_post(cast.amina, cast.ess)
    assert "?kind=appel" in visitor.get(ESS).text


def test_the_end_of_a_large_group_reads_no_whole_table(cast: Cast, alone: Group) -> None:
    """6: each row that goes finds by index what leads to it: posts, comments, answers, bells."""
    with atomic():
        # A whole table is read only where there is no index, however few rows it has here.
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        db.session.execute(text("DISCARD PLANS"))
        before = read_whole()
        end_group(cast.amina, alone)
        assert read_whole() == before


def read_whole() -> dict[str, int]:
    """Count how often this connection has read each table from end to end."""
    rows = db.session.execute(text("SELECT relname, seq_scan FROM pg_stat_xact_user_tables"))
    return {name: times for name, times in rows if times}
