"""Files of invented people: drawn by us, so that they are stored as they are, in their widths."""

import io
from hashlib import sha256

from PIL import Image

from grandequipe.attachments.models import File, FileState
from grandequipe.attachments.services import new_key
from grandequipe.attachments.services.preparation import WIDTHS
from grandequipe.core import clock, files
from grandequipe.extensions import db
from grandequipe.members.models import Member

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


def keep_picture(owner: Member, image: Image.Image, name: str, alternative: str = "") -> File:
    """Keep a picture as if a worker had prepared it; it belongs to nothing yet."""
    content = as_webp(image)
    widths = {str(width): in_width(image, width) for width in WIDTHS if width < image.width}
    file = _keep(owner, f"{name}.webp", "image/webp", content)
    folder = file.key.rpartition("/")[0]
    for width, picture in widths.items():
        files.store_at_key(f"{folder}/{width}", picture)
    file.width, file.height = image.size
    file.widths = {width: len(picture) for width, picture in widths.items()}
    file.alternative = alternative
    db.session.flush()
    return file


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
