"""`python -m runcoach` is the `runcoach` command."""

import sys

from runcoach.cli import main

if __name__ == "__main__":
    sys.exit(main())
