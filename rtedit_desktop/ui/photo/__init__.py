"""Opening, saving and reopening photos, and the faces that are found in them."""
