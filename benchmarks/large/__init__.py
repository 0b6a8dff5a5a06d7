"""What `make bench-large` measures: whether a page costs more where the site holds much more."""
