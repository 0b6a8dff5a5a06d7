"""The texts of the demo community, read from the files in `texts/`."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grandequipe.demo.typography import typeset

TEXTS = Path(__file__).parent / "texts"
LANGUAGE = "fr"
REACTIONS = ("thanks", "useful", "inspiring", "support")


@dataclass(frozen=True)
class OrganisationText:
    """An organisation, with the code of its territory and the slugs of its themes."""

    name: str
    kind: str
    territory: str
    website: str = ""
    description: str = ""
    themes: Sequence[str] = ()
    # The key of the person who runs its page and posts in its name.
    run_by: str = ""


@dataclass(frozen=True)
class MemberText:
    """A person; `key` is the local part of their address."""

    key: str
    name: str
    job: str
    organisation: str
    bio: str = ""
    zone: str = "Europe/Paris"
    admin: bool = False
    territory: str = ""
    themes: Sequence[str] = ()
    languages: Sequence[str] = ()
    offers: str = ""
    seeks: str = ""

    @property
    def email(self) -> str:
        """Give an address in a reserved top-level domain (RFC 2606)."""
        return f"{self.key}@demo.example"


@dataclass(frozen=True)
class GroupText:
    """A group with its settings and members, by their keys; created `ago` days ago."""

    key: str
    name: str
    ago: float
    description: str
    visibility: str
    join_policy: str
    posting_policy: str
    owner: str
    moderators: Sequence[str]
    members: Sequence[str]
    cover: str | None = None
    colour: str | None = None
    charter: str | None = None
    requested: Sequence[str] = ()
    invited: Sequence[str] = ()


@dataclass(frozen=True)
class CommentText:
    """A comment, `after` hours; `to` is the index of the comment that it answers."""

    by: str
    after: float
    text: str
    to: int | None = None


@dataclass(frozen=True)
class PostText:
    """A post; `approved` is the hours until a moderator's approval, `own` its kind's fields.

    `drawings` are the scenes of its pictures; `report` says whether a PDF comes with it. `pinned`
    and `featured` name the moderator who did that, `reported` the member who finds it outdated.
    Of a webinar `registered` have or want a seat, in their order, `replay` want the recording only,
    `visitors` have no account.
    """

    kind: str
    by: str
    ago: float
    title: str
    body_html: str
    group: str = "ess"
    drawings: Sequence[str] = ()
    report: bool = False
    themes: Sequence[str] = ()
    territories: Sequence[str] = ()
    approved: float = 0.0
    pending: bool = False
    pinned: str | None = None
    featured: str | None = None
    reported: str | None = None
    registered: Sequence[str] = ()
    replay: Sequence[str] = ()
    visitors: Sequence[str] = ()
    comments: Sequence[CommentText] = ()
    reactions: dict[str, Sequence[str]] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)


def organisations() -> list[OrganisationText]:
    """Read the organisations."""
    return [OrganisationText(**values) for values in _read("people")["organisations"]]


def members() -> list[MemberText]:
    """Read the people."""
    return [MemberText(**values) for values in _read("people")["members"]]


def groups() -> list[GroupText]:
    """Read the groups."""
    return [GroupText(**values) for values in _read("groups")["groups"]]


def posts() -> list[PostText]:
    """Read the posts of all groups."""
    sources = _read("sources")
    return [
        _post(values, sources)
        for name in ("posts_ess", "posts_others")
        for values in _read(name)["posts"]
    ]


def _post(values: dict[str, Any], sources: dict[str, str]) -> PostText:
    body = paragraphs(values.pop("body"))
    if source := values.pop("source", None):
        body += f"<p><em>{typeset('Source :')} {sources[source]}</em></p>"
    comments = [CommentText(**comment) for comment in values.pop("comments", ())]
    reactions = {name: values.pop(name) for name in REACTIONS if name in values}
    shared = {name: values.pop(name) for name in list(values) if _is_shared(name)}
    return PostText(body_html=body, comments=comments, reactions=reactions, own=values, **shared)


def _is_shared(name: str) -> bool:
    return name in PostText.__dataclass_fields__


def paragraphs(text: str) -> str:
    """Convert blocks of text to HTML: lists where lines start with a dash, else paragraphs."""
    return "".join(_block(block) for block in text.strip().split("\n\n"))


def _block(block: str) -> str:
    if not block.startswith("- "):
        return f"<p>{block}</p>"
    items = (line.removeprefix("- ") for line in block.splitlines())
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"


def _read(name: str) -> dict[str, Any]:
    with (TEXTS / f"{name}.toml").open("rb") as file:
        return _typeset(tomllib.load(file))


def _typeset(value: Any) -> Any:
    if isinstance(value, str):
        return typeset(value)
    if isinstance(value, list):
        return [_typeset(each) for each in value]
    if isinstance(value, dict):
        return {name: _typeset(each) for name, each in value.items()}
    return value
