"""Writing registrations, and to those who are registered; noting who was there."""
