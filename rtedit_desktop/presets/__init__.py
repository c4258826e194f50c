"""Learned edits as files, and the shelf they stand on."""
