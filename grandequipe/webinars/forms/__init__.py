"""What the pages of webinars send."""
