"""Model packs: folders with a manifest and weights."""
