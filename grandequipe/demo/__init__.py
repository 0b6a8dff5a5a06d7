"""A community that lives: invented people and structures, true facts with their sources."""
