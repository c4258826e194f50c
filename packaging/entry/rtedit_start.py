"""The first lines of the bundle: one program under two names, the window and the command line."""

import multiprocessing
import sys
from pathlib import Path

COMMAND = "rtedit"

if __name__ == "__main__":
    multiprocessing.freeze_support()
    if Path(sys.argv[0]).stem.lower() == COMMAND:
        from rtedit_desktop.start import rtedit

        sys.exit(rtedit())
    from rtedit_desktop.app import main

    sys.exit(main())
