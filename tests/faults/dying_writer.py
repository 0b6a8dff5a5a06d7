"""A process that dies by kill -9 right after its commit, before it broadcast anything.

`python -m tests.faults.dying_writer AUTHOR_ID POST_ID`
"""

import os
import signal
import sys

from sqlalchemy import event
from sqlalchemy.orm import Session

from grandequipe.app import create_app
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Post
from grandequipe.feed.services import add_comment
from grandequipe.members.models import Member


def die(_session: Session) -> None:
    """Die on the spot, as a web process whose machine goes away."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(author_id: str, post_id: str) -> None:
    """Comment, commit, die."""
    with create_app().app_context():
        author, post = db.session.get_one(Member, author_id), db.session.get_one(Post, post_id)
        event.listen(Session, "after_commit", die, insert=True)
        with atomic():
            add_comment(author, post, "<p>Mes derniers mots</p>")


if __name__ == "__main__":
    main(*sys.argv[1:])
