"""What a pack says of itself: its manifest, checked field by field."""
