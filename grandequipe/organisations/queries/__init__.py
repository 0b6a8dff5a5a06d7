"""Reads of organisations: their lists and pages, the people in them, requests to run one."""
