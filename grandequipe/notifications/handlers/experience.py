"""Handler of questions to members who may have done something already."""

from sqlalchemy import select

from grandequipe.core.events import EventRecord, handles
from grandequipe.directory.events import ExperienceAsked
from grandequipe.directory.models import ExperienceRecipient
from grandequipe.notifications.models import NotificationKind
from grandequipe.notifications.queries.registered import in_name_of, list_groups_of_post
from grandequipe.notifications.services import NewEntry, notify


@handles(ExperienceAsked)
def notify_of_experience_question(event_record: EventRecord) -> None:
    """Write in the bell of the members who are asked, in the name of a group where they read it."""
    post_id = event_record.subject_id
    recipients = select(ExperienceRecipient.member_id).where(ExperienceRecipient.post_id == post_id)
    kind, actor_id = NotificationKind.EXPERIENCE_ASKED, event_record.actor_id
    notify(
        event_record,
        *(
            (
                NewEntry.about_post(kind, actor_id, group_id, post_id),
                in_name_of(group_id, post_id, recipients),
            )
            for group_id in list_groups_of_post(post_id)
        ),
    )
