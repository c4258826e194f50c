"""The results so far and the work of earlier days: listed, undone, written to the journal, brought back."""
