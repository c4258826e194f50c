"""Model packs as the window and the command line see them: what they are, what can be had, what they bring."""
