"""``python -m webapp.cli``, in a checkout."""

import sys

from webapp.cli import main

if __name__ == "__main__":
    sys.exit(main())
