"""Side-by-side measurements against DiffusionCLIP, and the judge of how good edits are."""
