"""Writing in the library."""
