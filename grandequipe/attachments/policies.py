"""The right to see a file: that of seeing something that it belongs to."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from grandequipe.attachments.models import File
from grandequipe.attachments.queries import list_claims
from grandequipe.members.models import Member

FindSubjects = Callable[[Sequence[int], Member | None], Collection[int]]
FindExisting = Callable[[Sequence[int]], Collection[int]]


@dataclass(frozen=True)
class SubjectRule:
    """What a feature above says of its subjects, by their ids: which one sees, which are there."""

    visible: FindSubjects
    existing: FindExisting
    is_private: bool = False


_rules: dict[str, SubjectRule] = {}


def register_subject(
    subject_type: str, visible: FindSubjects, existing: FindExisting, *, is_private: bool = False
) -> None:
    """Let files belong to subjects of a type, with the rule that says who sees them.

    A private one is seen by its owner alone: the room for files of such is limited.
    """
    _rules[subject_type] = SubjectRule(visible, existing, is_private)


def private_types() -> list[str]:
    """List the types of subjects that their owner alone sees."""
    return [name for name, rule in _rules.items() if rule.is_private]


def rule_of(subject_type: str) -> SubjectRule | None:
    """Find the rule of a type of subjects."""
    return _rules.get(subject_type)


def may_see_file(viewer: Member | None, file: File) -> bool:
    """Readers of what a file belongs to see it; while it belongs to nothing, its owner does."""
    subjects: dict[str, list[int]] = {}
    for claim in list_claims(file.id):
        subjects.setdefault(claim.subject_type, []).append(claim.subject_id)
    if not subjects:
        return viewer is not None and viewer.id == file.owner_id
    return any(
        rule.visible(ids, viewer)
        for subject_type, ids in subjects.items()
        if (rule := rule_of(subject_type))
    )


def find_visible_files(file_ids: Collection[int], viewer: Member | None) -> Collection[int]:
    """Say which of some files belong to anything that the viewer sees, for many at once."""
    claims: dict[str, dict[int, set[int]]] = {}
    for claim in list_claims(*file_ids):
        of_type = claims.setdefault(claim.subject_type, {})
        of_type.setdefault(claim.subject_id, set()).add(claim.file_id)
    found: set[int] = set()
    for subject_type, by_subject in claims.items():
        if rule := rule_of(subject_type):
            seen = rule.visible(list(by_subject), viewer)
            found.update(*(by_subject[each] for each in seen))
    return found


def may_attach(member: Member, file: File, is_claimed_there: bool) -> bool:
    """Members attach what they sent themselves; what belongs to a thing already may stay there."""
    return is_claimed_there or file.owner_id == member.id
