"""Services that every layer uses: paths, settings, log, network settings, privacy, licences, threads."""
