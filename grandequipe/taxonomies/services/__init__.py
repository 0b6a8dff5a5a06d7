"""Loading the taxonomies of this version, when an operator installs or upgrades the site, the
themes that administrators name or add, and the QPV that operators import.

Guarantee: loading again changes nothing; a theme or territory that posts may reference is never
deleted, and no two territories ever have the same label.
"""

import json
from pathlib import Path

from grandequipe.taxonomies.services.neighbourhood_files import (
    FileReading as FileReading,
    LineError as LineError,
    read_neighbourhoods as read_neighbourhoods,
)
from grandequipe.taxonomies.services.neighbourhoods import (
    ImportCount as ImportCount,
    Neighbourhood as Neighbourhood,
    import_neighbourhoods as import_neighbourhoods,
)
from grandequipe.taxonomies.services.territories import load_territories as load_territories
from grandequipe.taxonomies.services.themes import (
    LONGEST_THEME as LONGEST_THEME,
    add_theme as add_theme,
    load_themes as load_themes,
    name_theme as name_theme,
)

THEMES = Path(__file__).parent.parent / "themes.json"
TERRITORIES = Path(__file__).parent.parent / "data" / "territories.json"


def load_taxonomies() -> None:
    """Load the themes and territories of this version's files."""
    load_themes(json.loads(THEMES.read_text(encoding="utf-8")))
    load_territories(json.loads(TERRITORIES.read_text(encoding="utf-8")))
