"""Writing registrations, and writing to those who are registered."""
