"""Pictures are prepared by a worker; on the clock, what belongs to nothing goes."""

from datetime import timedelta

from celery import shared_task

from grandequipe.attachments import services
from grandequipe.core import clock, files
from grandequipe.core.pictures import reduce
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db

SCHEDULE = {
    "prepare_pictures": {
        "task": "attachments.prepare_waiting",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "remove_files": {"task": "attachments.remove_abandoned", "schedule": timedelta(hours=1)},
    "remove_bytes": {"task": "attachments.remove_orphans", "schedule": timedelta(hours=24)},
}


@shared_task(
    name="attachments.prepare", ignore_result=True, acks_late=True, reject_on_worker_lost=True
)
def prepare(file_id: int) -> None:
    """Have a picture decoded and written anew; run twice, it ends the same."""
    file = services.find_unprepared(file_id)
    if file is None:
        return
    key, folder = file.key, file.key.rpartition("/")[0]
    # The connection waits for nobody who decodes.
    db.session.rollback()
    made = reduce(files.read(key), services.LARGEST_SIDE, services.WIDTHS)
    if isinstance(made, str):
        with atomic():
            services.mark_failed(file_id)
        return
    widths = {name: each for name, each in made.pictures.items() if name != "content"}
    for width, picture in widths.items():
        files.store_at_key(f"{folder}/{width}", picture)
    # Last: what was sent is overwritten once all that is made of it is there.
    content = made.pictures["content"]
    files.store_at_key(key, content)
    with atomic():
        services.mark_prepared(file_id, content, (made.width, made.height), widths)


@shared_task(name="attachments.prepare_waiting", ignore_result=True, expires=60)
def prepare_waiting() -> None:
    """Hand over again what was lost on its way to a worker."""
    with atomic():
        waiting = services.list_unprepared()
    for file_id in waiting:
        prepare.delay(file_id)


@shared_task(name="attachments.remove_abandoned", ignore_result=True, expires=3600)
def remove_abandoned() -> None:
    """Remove the files that nothing claims, rows first; then their bytes."""
    _remove_claims_of_nothing()
    while keys := _remove_some():
        for key in keys:
            files.remove_all(key.rpartition("/")[0])


@shared_task(name="attachments.remove_orphans", ignore_result=True, expires=3600)
def remove_orphans() -> None:
    """Remove what a process left in the store when it died between a row and its bytes."""
    before = clock.now() - services.KEPT_UNCLAIMED
    for folders in files.list_folders(services.FOLDER, before):
        with atomic():
            orphans = services.find_orphans(folders)
        for folder in orphans:
            files.remove_all(folder)


def _remove_some() -> list[str]:
    with atomic():
        return list(services.remove_abandoned())


def _remove_claims_of_nothing() -> None:
    last: tuple[str, int] | None = ("", 0)
    while last is not None:
        with atomic():
            last = services.remove_claims_of_nothing(last)
