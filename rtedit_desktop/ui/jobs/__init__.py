"""Running edits: started, queued, stopped, and their events turned into state."""
