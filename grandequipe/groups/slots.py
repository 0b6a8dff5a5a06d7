"""Slots in the pages of groups."""

# Tabs between a group's pages; given the group, and whether the viewer moderates it.
TABS = "groups.tabs"
# Figures of a group on its presentation; given the group, and whether the viewer reads it.
FIGURES = "groups.figures"
