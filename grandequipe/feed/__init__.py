"""Posts of six kinds, comments and reactions."""
