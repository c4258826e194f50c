"""What ``rtedit COMMAND`` does; each module has ``add_arguments`` and ``run``."""
