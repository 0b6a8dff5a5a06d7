"""On the clock: introductions, once a month for each member who wants them."""

from datetime import timedelta

from celery import shared_task

from grandequipe.core import clock
from grandequipe.core.mail import MailKind, register_kind
from grandequipe.core.transactions import atomic
from grandequipe.directory.queries.introductions import list_due_for_introduction
from grandequipe.directory.services import introductions

# Members of one round.
MANY = 300
SCHEDULE = {
    "introductions": {
        "task": "directory.introduce",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    }
}
register_kind(MailKind(introductions.KIND, render=introductions.render_introduction))


@shared_task(name="directory.introduce", ignore_result=True, expires=600)
def introduce() -> None:
    """Introduce people to those whose day of the month has come, a member at a time."""
    now = clock.now()
    period = f"{now:%Y-%m}"
    for member_id in list_due_for_introduction(period, now.day, MANY):
        with atomic():
            introductions.introduce(member_id, period, now)
