"""Settings of the app as a whole: look, language, saving, computing, disk space, network."""
