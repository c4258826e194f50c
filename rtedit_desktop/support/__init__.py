"""What every layer leans on outside of its own subject: paths, settings, the log, the network, privacy."""
