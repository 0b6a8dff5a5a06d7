"""On the clock: cases that nobody took go up to the site, and what is final is erased."""

from datetime import timedelta

import structlog
from celery import shared_task

from grandequipe.core.transactions import atomic
from grandequipe.moderation import services

log = structlog.get_logger(__name__)

SCHEDULE = {
    "escalate_cases": {
        "task": "moderation.escalate",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    },
    "erase_moderated": {"task": "moderation.erase", "schedule": timedelta(hours=6)},
}


@shared_task(name="moderation.escalate", ignore_result=True, expires=600)
def escalate() -> None:
    """Have the administrators see each case that nobody took within a day, once."""
    for case_id in services.list_to_escalate():
        try:
            with atomic():
                services.escalate_case(case_id)
        except Exception:
            # The others do not wait for it; the next run tries again.
            log.exception("case_not_escalated", case=case_id)


@shared_task(name="moderation.erase", ignore_result=True, expires=3600)
def erase() -> None:
    """Erase the contents whose removal is final, and old words of reports and appeals."""
    is_more = True
    while is_more:
        with atomic():
            is_more = services.erase_contents()
    with atomic():
        services.close_expired_cases()
    with atomic():
        services.erase_old_words()
