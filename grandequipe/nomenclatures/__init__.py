"""The shared words that posts and structures are filed under: themes and territories."""
