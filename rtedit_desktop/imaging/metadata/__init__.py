"""Metadata of a file beside its pixels: EXIF, XMP and image resource blocks, read with a budget and kept."""
