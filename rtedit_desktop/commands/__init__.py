"""Commands: module NAME is ``rtedit NAME``; each has ``add_arguments`` and ``run``."""
