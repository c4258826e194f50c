"""``python -m rtedit_desktop`` opens the window."""

import sys

from rtedit_desktop.app import main

if __name__ == "__main__":
    sys.exit(main())
