"""The right to see a preview's picture: that of seeing something that refers to its page."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from grandequipe.link_previews.queries import list_references
from grandequipe.members.models import Member


@dataclass(frozen=True)
class SubjectRule:
    """What a feature above says of its subjects, by their ids: which one sees, which are there."""

    visible: Callable[[Sequence[int], Member | None], Collection[int]]
    existing: Callable[[Sequence[int]], Collection[int]]


rules: dict[str, SubjectRule] = {}


def register_subject(
    subject_type: str,
    visible: Callable[[Sequence[int], Member | None], Collection[int]],
    existing: Callable[[Sequence[int]], Collection[int]],
) -> None:
    """Let subjects of a type refer to pages, with the rule that says who sees them."""
    rules[subject_type] = SubjectRule(visible, existing)


def may_see_picture(viewer: Member | None, preview_id: int) -> bool:
    """Readers of what refers to a page see the picture of its preview."""
    subjects: dict[str, list[int]] = {}
    for reference in list_references(preview_id):
        subjects.setdefault(reference.subject_type, []).append(reference.subject_id)
    return any(
        rules[subject_type].visible(ids, viewer)
        for subject_type, ids in subjects.items()
        if subject_type in rules
    )
