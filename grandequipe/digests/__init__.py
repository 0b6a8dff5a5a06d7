"""The digest: what happened in one's groups, once a period, never lost, never doubled.

Guarantees, each shown by a test:

- One ledger row per member and period, claimed with its mail before anything is sent. However many
  clocks, workers and operators run at once, and wherever they are killed, a member has one digest.
- What a digest shows is a window of positions in each group's stream. Positions move with the
  row's `sent` (or `empty`), in one transaction: what is published is told, whenever it was
  approved, and told once.
- published = sent + excluded with a reason, for every member: the row's `contents` says it.
- Rights are asked when the digest is written, moments before it leaves.
- A digest that may have left is `uncertain`: only an operator decides whether it goes again.
"""

from flask import Flask

from grandequipe.digests import handlers, tasks, views
from grandequipe.digests.queries import count_letter_readers

SCHEDULE = tasks.SCHEDULE


def init_app(app: Flask) -> None:
    """Give the application its digests."""
    app.extensions["digests"] = handlers
    app.jinja_env.globals["count_letter_readers"] = count_letter_readers
    views.init_app(app)
