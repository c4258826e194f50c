"""A batch's edits on the machines of a Ray cluster."""
