"""Writes of webhooks: setting them up, and delivering to them."""
