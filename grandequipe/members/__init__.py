"""People and the structures that they act for: accounts, profiles, preferences."""
