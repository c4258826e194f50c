"""Fetching files over HTTPS: resumed, verified, logged."""
