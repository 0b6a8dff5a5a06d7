"""Files of invented people: drawn by us, so that they are stored as they are, in their widths."""

import io
import secrets
from hashlib import sha256

from PIL import Image

from grandequipe.attachments.models import File, FileState
from grandequipe.attachments.services import new_key
from grandequipe.attachments.services.preparation import WIDTHS
from grandequipe.core import clock, files
from grandequipe.demo.content import PostText
from grandequipe.demo.drawings import SCENES, draw_page, draw_scene
from grandequipe.extensions import db
from grandequipe.groups.views.covers import FOLDER, WIDTHS as COVER_WIDTHS
from grandequipe.members.models import Member
from grandequipe.taxonomies.queries import search_key

PDF = "application/pdf"
QUALITY = 80
# Of the WebP encoder, from 0 to 6: flat drawings gain little by more.
EFFORT = 2


def as_webp(image: Image.Image) -> bytes:
    """Write a drawing as WebP."""
    written = io.BytesIO()
    image.save(written, "WEBP", quality=QUALITY, method=EFFORT)
    return written.getvalue()


def in_width(image: Image.Image, width: int) -> bytes:
    """Write a drawing as WebP, reduced to a width."""
    return as_webp(image.resize((width, round(image.height * width / image.width))))


def keep_files(author: Member, text: PostText) -> list[File]:
    """Keep what comes with a post: its drawings, or the report that it is about."""
    pictures = [
        keep_picture(author, draw_scene(scene, f"{text.title} {place}"), f"dessin-{place}", said)
        for place, scene in enumerate(text.drawings, 1)
        for said in [SCENES[scene][1]]
    ]
    return [*pictures, keep_report(author, text.title)] if text.report else pictures


def keep_report(owner: Member, title: str) -> File:
    """Keep a PDF whose first page is drawn; a worker reads it as any other's."""
    page = draw_page(title)
    written = io.BytesIO()
    page.save(written, "PDF", resolution=100)
    file = _keep(owner, f"{search_key(title).replace(' ', '-')[:40]}.pdf", PDF, written.getvalue())
    _keep_widths(file, page)
    return file


def keep_cover(scene: str, words: str) -> str:
    """Keep the cover of a group in its widths; give its key."""
    drawing = draw_scene(scene, words, (1600, 400))
    folder = f"{FOLDER}/{secrets.token_urlsafe(16)}"
    files.store_at_key(f"{folder}/content", as_webp(drawing))
    for width in COVER_WIDTHS:
        files.store_at_key(f"{folder}/{width}", in_width(drawing, width))
    return f"{folder}/content"


def keep_picture(owner: Member, image: Image.Image, name: str, alternative: str = "") -> File:
    """Keep a picture as if a worker had prepared it; it belongs to nothing yet."""
    file = _keep(owner, f"{name}.webp", "image/webp", as_webp(image))
    _keep_widths(file, image)
    file.alternative, file.is_decorative = alternative, not alternative
    db.session.flush()
    return file


def _keep_widths(file: File, image: Image.Image) -> None:
    folder = file.key.rpartition("/")[0]
    widths = {str(width): in_width(image, width) for width in WIDTHS if width < image.width}
    for width, picture in widths.items():
        files.store_at_key(f"{folder}/{width}", picture)
    file.width, file.height = image.size
    file.widths = {width: len(picture) for width, picture in widths.items()}
    db.session.flush()


def _keep(owner: Member, name: str, media_type: str, content: bytes) -> File:
    file = File(
        owner_id=owner.id,
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=sha256(content).digest(),
        state=FileState.READY,
        key=new_key(),
        created_at=clock.now(),
        unclaimed_at=clock.now(),
    )
    files.store_at_key(file.key, content)
    db.session.add(file)
    return file
