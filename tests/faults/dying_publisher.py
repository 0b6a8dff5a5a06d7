"""A worker that dies by kill -9 while it publishes what is scheduled.

`python -m tests.faults.dying_publisher before_commit|after_commit`
"""

import os
import signal
import sys

from sqlalchemy import event
from sqlalchemy.orm import Session

from grandequipe.app import create_app
from grandequipe.feed.models import Post
from grandequipe.feed.tasks import publish_due


def main(moment: str) -> None:
    """Publish, and die on the spot when the post is written, or once it is committed."""
    wrote = False

    def die(session: Session, *_flush: object) -> None:
        nonlocal wrote
        wrote = wrote or any(isinstance(each, Post) for each in session.identity_map.values())
        if wrote and not (moment == "after_commit" and session.in_nested_transaction()):
            os.kill(os.getpid(), signal.SIGKILL)

    name = "after_flush_postexec" if moment == "before_commit" else moment
    with create_app().app_context():
        event.listen(Session, name, die, insert=True)
        publish_due()


if __name__ == "__main__":
    main(sys.argv[1])
