"""Tests of generated communities: the demo, and the seeded one for benchmarks."""
