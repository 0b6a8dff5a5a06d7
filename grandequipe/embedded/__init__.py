"""The embedded default: private PostgreSQL, Redis and mail catcher under a data folder."""
