"""The same edit on many photos: a plan, a record of it on disk, and a stream of events; no Qt, no torch."""
