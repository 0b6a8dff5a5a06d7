"""Slots in the pages of groups."""

# Tabs between a group's pages; given the group, and whether the viewer moderates it.
TABS = "groups.tabs"
