"""Model packs: listed, downloaded, imported, checked, removed, and whether they suit the photo."""
