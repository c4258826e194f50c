"""Steps that commands have in common: arguments to a cut-out picture, a job that is drawn, files that are written."""
