"""What `make bench` measures: each row of the speed table, on a stack like production's."""
