"""The JSON API, through its own door."""
