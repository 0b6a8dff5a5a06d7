"""A demo community: invented people and organisations, true information with its sources."""
