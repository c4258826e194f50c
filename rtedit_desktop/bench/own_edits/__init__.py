"""The edits that a pack brings, measured on photographs."""
