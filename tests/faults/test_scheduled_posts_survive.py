"""A post that is scheduled is published once, whatever is killed on the way."""

import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Draft, Post
from grandequipe.feed.services.drafts import save_draft, schedule_draft
from grandequipe.feed.tasks import publish_due
from tests.factories import Cast
from tests.sample_content import draft_input
from tests.site import PROJECT

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("moment", "left"), [("before_commit", 1), ("after_commit", 0)])
def test_a_worker_that_is_killed_in_the_middle_publishes_once(
    cast: Cast, environment: dict[str, str], moment: str, left: int
) -> None:
    with atomic():
        draft = save_draft(cast.chloe, draft_input(cast.ess, "a", "Une seule fois")).draft
        schedule_draft(cast.chloe, draft, clock.now() + timedelta(hours=1))
    with atomic():
        db.session.execute(update(Draft).values(publish_at=clock.now() - timedelta(minutes=1)))
    command = [sys.executable, "-m", "tests.faults.dying_publisher", moment]
    died = subprocess.run(command, cwd=PROJECT, env=environment, check=False)
    assert died.returncode == -signal.SIGKILL
    db.session.rollback()
    assert len(db.session.scalars(select(Draft.id)).all()) == left
    publish_due()
    publish_due()
    assert db.session.scalars(select(Post.title)).all() == ["Une seule fois"]
    assert not db.session.scalars(select(Draft.id)).all()
