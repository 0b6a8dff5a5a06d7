"""A web process that dies by kill -9 right after the commit of a form, before it answered.

`python -m tests.faults.dying_page AUTHOR_ID PATH FORM` with the form as JSON.
"""

import json
import os
import signal
import sys

from sqlalchemy import event
from sqlalchemy.orm import Session

from grandequipe.app import create_app
from grandequipe.extensions import db
from grandequipe.members.models import Member
from tests.conftest import Visitor


def die(_session: Session) -> None:
    """Die on the spot, as a process whose machine goes away."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(author_id: str, path: str, form: str) -> None:
    """Send the form; its commit is the last that this process does."""
    app = create_app()
    app.test_client_class, app.testing = Visitor, True
    with app.app_context():
        browser: Visitor = app.test_client()  # type: ignore[assignment]
        browser.log_in(db.session.get_one(Member, author_id))
        event.listen(Session, "after_commit", die, insert=True)
        browser.send(path, json.loads(form))


if __name__ == "__main__":
    main(*sys.argv[1:])
