"""The picture above a group's page: one that its owners chose, or a pattern of its own."""

import random
import re
import secrets
from functools import lru_cache
from typing import BinaryIO

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from markupsafe import Markup
from werkzeug.exceptions import RequestEntityTooLarge

from grandequipe.core import files
from grandequipe.core.errors import Invalid, NotFound
from grandequipe.core.pictures import wide_picture
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups import policies, queries, services
from grandequipe.groups.forms import CoverForm
from grandequipe.groups.models import Group
from grandequipe.groups.slots import TABS
from grandequipe.members.identity import acting_member, viewer
from grandequipe.members.models import Member
from grandequipe.web.bodies import PICTURE_BODY, reads
from grandequipe.web.errors import http_page
from grandequipe.web.form_rules import repeatable
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited, limited_form
from grandequipe.web.slots import load_slot

WIDTHS = (480, 960, 1600)
FOLDER = "covers"
A_DAY = 24 * 3600
# Of the pattern: tiles in a row, rows, and the side of a tile.
TILES, ROWS, SIDE = 12, 3, 20
SETTINGS = re.compile(r"/groupes/([a-z0-9-]+)/reglages/couverture")
ONLY_OWNERS = _l("Only owners can change a group’s settings.")


def cover(slug: str) -> ResponseReturnValue:
    """Send the cover of a group, in a width, to those who read the group."""
    group = queries.get_group(slug, seen_by=viewer())
    key = group.cover_key
    if key is None or not policies.may_read(viewer(), group):
        raise NotFound
    width = request.args.get("w", type=int)
    if width in WIDTHS:
        key = f"{key.rpartition('/')[0]}/{width}"
    # Pages have several pictures: release the database connection while a file is read.
    db.session.rollback()
    is_known = request.if_none_match.contains(key)
    response = Response(b"" if is_known else _read(key), mimetype="image/webp")
    response.set_etag(key)
    response.cache_control.private = True
    response.cache_control.no_cache = True
    response.vary.add("Cookie")
    return response.make_conditional(request)


def cover_url(group: Group, reads: bool = False) -> str | None:
    """Give the address of a group's cover; None without one, and for those who do not read it."""
    if group.cover_key is None or not (group.is_public or reads):
        return None
    version = group.cover_key.split("/")[1][:7]
    return url_for("groups.cover", slug=group.slug, v=version)


@reads(PICTURE_BODY)
@limited_form("group_settings")
@repeatable("sets the picture")
def change_cover(slug: str) -> ResponseReturnValue:
    """Let owners choose the picture above their group's page."""
    member, group, form = _owned(slug), queries.get_group(slug, seen_by=viewer()), CoverForm()
    if form.validate_on_submit():
        try:
            # Decoding takes a second: release the database connection meanwhile.
            db.session.rollback()
            key = _store(form.picture.data.stream)
        except Invalid as refused:
            form.show(_in_words(refused))
        else:
            _set_cover(member, slug, key)
            flash(_("The picture of the group has been saved."), "success")
            return redirect(url_for("groups.change_cover", slug=slug), 303)
    return _page(member, group, form)


@limited("group_settings")
@repeatable("without a picture a group stays without")
def remove_cover(slug: str) -> ResponseReturnValue:
    """Let owners take the picture of their group away."""
    member = _owned(slug)
    with atomic():
        services.change_cover(member, queries.get_group(slug, seen_by=member), None)
    flash(_("The picture of the group has been removed."), "success")
    return redirect(url_for("groups.change_cover", slug=slug), 303)


def refuse_unread(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Show the form's error for a picture whose body is too large to be read."""
    named = SETTINGS.fullmatch(request.path)
    if named is None or viewer() is None:
        return http_page(error)
    member = _owned(named[1])
    form = CoverForm(formdata=None)
    form.show(_in_words(Invalid({"picture": "too_large"})))
    page, _status = _page(member, queries.get_group(named[1], seen_by=member), form)
    return page, 413


def _owned(slug: str) -> Member:
    member = acting_member()
    require(policies.may_own(member, queries.get_group(slug, seen_by=member)), ONLY_OWNERS)
    return member


def _set_cover(member: Member, slug: str, key: str) -> None:
    try:
        with atomic():
            services.change_cover(member, queries.get_group(slug, seen_by=member), key)
    except BaseException:
        files.remove_all(key.rpartition("/")[0])
        raise


def _store(source: BinaryIO) -> str:
    """Keep a picture in its widths; give the key of the largest."""
    made = wide_picture(source, WIDTHS)
    folder = f"{FOLDER}/{secrets.token_urlsafe(16)}"
    for name in ("content", *map(str, WIDTHS)):
        # A picture that is narrower is its own reduction.
        picture = made.pictures.get(name, made.pictures["content"])
        files.store_at_key(f"{folder}/{name}", picture)
    return f"{folder}/content"


def _page(member: Member, group: Group, form: CoverForm) -> tuple[str, int]:
    page = render_page(
        "groups/cover.html",
        load_slot(TABS, group=group, moderates=True),
        group=group,
        form=form,
        membership=queries.find_membership(member, group),
    )
    return page, 422 if form.errors else 200


def _in_words(refused: Invalid) -> Invalid:
    sentences = {
        "too_large": _("This picture is too large. Choose one of up to 5 MB."),
        "too_many_pixels": _("This picture has too many pixels. Reduce it and send it again."),
        "not_a_picture": _("We couldn’t read this file as a picture. Choose a JPEG, PNG or WebP."),
    }
    return Invalid({name: sentences[code] for name, code in refused.errors.items()})


def _read(key: str) -> bytes:
    try:
        return files.read(key)
    except FileNotFoundError:
        raise NotFound from None


@lru_cache(maxsize=1024)
def pattern_of(slug: str) -> Markup:
    """Draw the pattern of a group without a picture: two colours of tiles, always the same."""
    chance = random.Random(slug)  # noqa: S311  (shapes, not secrets)
    colours = ['class="pattern-a"', 'class="pattern-b"']
    paths: dict[str, list[str]] = {colour: [] for colour in colours}
    for number in range(TILES * ROWS):
        x, y = number % TILES * SIDE, number // TILES * SIDE
        shape = chance.choice(SHAPES)
        paths[colours[chance.choice((0, 0, 1))]].append(
            shape.format(x=x, y=y, r=x + SIDE, b=y + SIDE)
        )
    drawn = "".join(f'<path {colour} d="{"".join(shapes)}"/>' for colour, shapes in paths.items())
    box = f"0 0 {TILES * SIDE} {ROWS * SIDE}"
    # Our own shapes: nothing in them is a member's.
    return Markup(  # noqa: S704
        f'<svg class="group-pattern" viewBox="{box}" preserveAspectRatio="xMidYMid slice" '
        f'aria-hidden="true" focusable="false">{drawn}</svg>'
    )


# Quarters of a disc from each corner, halves, a disc, a lozenge, and an empty tile.
SHAPES = (
    "M{x} {y}h20a20 20 0 0 1-20 20z",
    "M{r} {y}v20a20 20 0 0 1-20-20z",
    "M{r} {b}h-20a20 20 0 0 1 20-20z",
    "M{x} {b}v-20a20 20 0 0 1 20 20z",
    "M{x} {b}a10 10 0 0 1 20 0z",
    "M{x} {y}a10 10 0 0 0 20 0z",
    "M{x} {y}m0 10a10 10 0 1 0 20 0a10 10 0 1 0-20 0z",
    "M{x} {y}m10 0l10 10l-10 10l-10-10z",
    "",
)
