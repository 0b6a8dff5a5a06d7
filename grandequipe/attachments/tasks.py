"""Pictures and documents are prepared by a worker; on the clock, what belongs to nothing goes."""

from datetime import timedelta
from tempfile import TemporaryFile

from celery import shared_task

from grandequipe.attachments import services
from grandequipe.attachments.models.files import LONGEST_TEXT
from grandequipe.attachments.services import resumable
from grandequipe.core import clock, files
from grandequipe.core.pictures import Reduced, read_document, reduce
from grandequipe.core.transactions import atomic, only_one

QUEUE = "pictures"
# Bytes. A larger one is offered without its first page.
LARGEST_DOCUMENT = 200 * 1024 * 1024
# Any number that no other lock of the database has.
PREPARING = 7_021_100_026
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
    """Have a picture or a document decoded, unless another is being prepared at this moment.

    So one process of the workers decodes and the others do the rest. The one that has prepared a
    file hands over the next.
    """
    with only_one(PREPARING) as is_first:
        if not is_first:
            return
        _prepare(file_id)
        waiting = services.next_unprepared(clock.now())
    if waiting is not None:
        prepare.delay(waiting)


def _prepare(file_id: int) -> None:
    with atomic():
        file = services.begin_preparation(file_id)
        if file is None:
            return
        key, size, is_document = file.key, file.size, file.is_ready
    try:
        if is_document:
            _extract(file_id, key, size)
            return
        made = reduce(files.read(key), services.LARGEST_SIDE, services.WIDTHS)
        if isinstance(made, str):
            with atomic():
                services.mark_failed(file_id)
            return
        _replace(file_id, key, made)
    except files.StoreError:
        with atomic():
            services.give_back_try(file_id)
        raise


def _extract(file_id: int, key: str, size: int) -> None:
    """Keep the first page of a document in widths beside it, and its words."""
    made: Reduced | str = ""
    if size <= LARGEST_DOCUMENT:
        with TemporaryFile() as source:
            read = files.range_reader(key)
            for at in range(0, size, files.LARGE_CHUNK):
                source.write(read(at, min(at + files.LARGE_CHUNK, size)))
            source.seek(0)
            made = read_document(source, LONGEST_TEXT, services.WIDTHS)
    if isinstance(made, str):
        made = Reduced(0, 0, {})
    folder = key.rpartition("/")[0]
    for name, picture in made.pictures.items():
        files.store_at_key(f"{folder}/{name}", picture)
    widths = {name: len(picture) for name, picture in made.pictures.items()}
    with atomic():
        services.mark_extracted(file_id, (made.width, made.height), widths, made.text)


def _replace(file_id: int, key: str, made: Reduced) -> None:
    """Keep what was made under a new key, and remove what was sent once the row names the new."""
    new = services.new_key()
    folder = new.rpartition("/")[0]
    for name, picture in made.pictures.items():
        files.store_at_key(f"{folder}/{name}", picture)
    widths = {name: each for name, each in made.pictures.items() if name != "content"}
    with atomic():
        is_new = services.mark_prepared(
            file_id, new, made.pictures["content"], (made.width, made.height), widths
        )
    files.remove_all((key if is_new else new).rpartition("/")[0])


@shared_task(name="attachments.prepare_waiting", ignore_result=True, expires=60)
def prepare_waiting() -> None:
    """Hand over a file that was lost on its way to a worker; the others follow it."""
    waiting = services.next_unprepared(clock.now() - services.WAITS_FOR)
    if waiting is not None:
        prepare.delay(waiting)


@shared_task(name="attachments.remove_abandoned", ignore_result=True, expires=3600)
def remove_abandoned() -> None:
    """Remove the files that nothing claims, rows first; then their bytes."""
    _remove_claims_of_nothing()
    for file_id in resumable.forget_finished():
        resumable.remove_parts(file_id)
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
