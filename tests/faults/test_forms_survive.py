"""B7: a form whose process is killed between commit and answer is written once all the same."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping

from grandequipe.extensions import db
from grandequipe.feed.models import Post
from grandequipe.members.models import Member
from tests.conftest import Visitor, new_key
from tests.factories import Cast
from tests.site import PROJECT

PUBLISH = "/groupes/ess-quartiers/publier/actualite"


def test_a_form_whose_process_is_killed_before_it_answers_is_written_once(
    cast: Cast, browser: Callable[[Member], Visitor], environment: Mapping[str, str]
) -> None:
    sent = {"title": "Une seule fois", "body_html": "<p>Oui.</p>", "form_key": new_key()}
    process = (sys.executable, "-m", "tests.faults.dying_page")
    killed = subprocess.run(
        [*process, str(cast.chloe.id), PUBLISH, json.dumps(sent)],
        cwd=PROJECT,
        env={**os.environ, **environment},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    answer = browser(cast.chloe).send(PUBLISH, sent)
    post = db.session.query(Post).one()
    assert (answer.status_code, answer.location) == (303, f"/publications/{post.id}")
