"""The digest: the news of a member's groups by mail, once a period, never lost, never doubled.

Guarantees, each shown by a test:

- One ledger row per member and period, claimed with its mail before anything is sent. However many
  clocks, workers and operators run at once, and wherever they are killed, a member has one digest.
- What a digest shows is a window of positions in each group's stream. Positions move with the
  mail's `sent` (or `cancelled`, where nothing is new), in one transaction: every post is in a
  digest once, whenever it was approved.
- published = sent + excluded with a reason, for every member: the row's `contents` says it.
- The reader's rights are checked when the digest is rendered, moments before it is sent.
- A digest that may have left is `uncertain`: only an operator decides whether it goes again.
"""

from flask import Flask

from grandequipe.digests import handlers, tasks, views
from grandequipe.feed.slots import AUDIENCE, VITALITY
from grandequipe.web.slots import fill_slot

SCHEDULE = tasks.SCHEDULE


def init_app(app: Flask) -> None:
    """Give the application its digests."""
    app.extensions["digests"] = handlers
    views.init_app(app)
    fill_slot(app, AUDIENCE, "digests/_readers.html", views.load_readers)
    fill_slot(app, VITALITY, "digests/_vitality.html", views.load_vitality)
