"""Presets beside the photo: listed, applied, mixed, learned, shared."""
