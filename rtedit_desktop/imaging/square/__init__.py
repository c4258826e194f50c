"""The square of a photo that the model sees: cut out, and what changed in it put back into the photo."""
