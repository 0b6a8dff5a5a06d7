"""A series of webinars in the digest: once, with the date that comes next."""

from datetime import datetime, timedelta

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Repeat
from grandequipe.feed.models.inputs import SeriesInput
from grandequipe.feed.services import publish_post
from grandequipe.feed.tasks import list_next_dates
from tests.digests.conftest import A_WEEK
from tests.digests.mail_server import MailServer
from tests.digests.test_contents import Send, digest_of, text_to
from tests.factories import Cast


def test_a_series_is_in_one_digest_once_with_its_next_date(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    starts_at = clock.now() + timedelta(hours=1)
    series = SeriesInput(
        title="Le café des régies",
        body_html="<p>On échange.</p>",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        repeats=Repeat.WEEKLY,
        repeat_count=26,
    )
    with atomic():
        post = publish_post(cast.amina, cast.ess, series)
    # After the first date, and before the second one.
    at = max(monday, starts_at + timedelta(hours=2))
    with clock.travel(at):
        list_next_dates()
    send(at)
    text = text_to(sink, cast.chloe)
    assert text.upper().count("LE CAFÉ DES RÉGIES") == 1 + text.split("\n")[0].upper().count("CAFÉ")
    assert "est passé" not in text
    assert digest_of(cast.chloe).contents["sent"] == [post.id]
    with clock.travel(at + A_WEEK):
        list_next_dates()
    before = len(sink.to(cast.chloe.email))
    send(at + A_WEEK)
    assert len(sink.to(cast.chloe.email)) == before
