"""Foreign checkpoints made into packs; nothing in them is ever run."""
