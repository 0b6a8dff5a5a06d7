"""Scenes of webhooks."""
