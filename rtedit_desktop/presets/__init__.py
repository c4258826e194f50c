"""Learned edits as files, and the library they stand on."""
