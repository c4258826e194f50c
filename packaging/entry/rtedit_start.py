"""The first lines of the bundle: one program under two names, the window and the command line."""

import multiprocessing
import os
import sys
import warnings
from pathlib import Path

COMMAND = "rtedit"


def leave_children_alone() -> None:
    """Linux: PyInstaller points the loader at the bundle's libraries; a browser that is opened needs its own.

    https://pyinstaller.org/en/stable/runtime-information.html#ld-library-path-libpath-considerations
    """
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        os.environ["LD_LIBRARY_PATH"] = before
    elif sys.platform == "linux":
        os.environ.pop("LD_LIBRARY_PATH", None)


def expect_no_sources() -> None:
    """The bundle has byte code alone. torch looks for the text of a few functions that it could compile, warns of each
    on the terminal, and does without."""
    warnings.filterwarnings("ignore", message="Unable to retrieve source for @torch.jit._overload")


if __name__ == "__main__":
    multiprocessing.freeze_support()
    leave_children_alone()
    expect_no_sources()
    if Path(sys.argv[0]).stem.lower() == COMMAND:
        from rtedit_desktop.start import rtedit

        sys.exit(rtedit())
    from rtedit_desktop.app import main

    sys.exit(main())
