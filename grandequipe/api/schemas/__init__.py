"""The schemas of requests and responses."""

from typing import Any

import marshmallow


class Schema(marshmallow.Schema):
    """A schema that is never changed: what flask-smorest copies by depth is the schema itself.

    It copies the description of a call ten times, with the schemas of all its responses: a fifth
    of what each process of the site takes to start.
    """

    def __deepcopy__(self, _memo: dict[int, Any]) -> "Schema":
        return self
