"""The embedded default: private PostgreSQL, Redis and mail catcher under a data folder.

It imports nothing else of the project, and only the commands import it: they say what runs beside
the services. So its processes are small, and production images do without it.
"""
