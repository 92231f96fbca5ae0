"""Both campaigns about shields, one after the other: `evading` (R26) and `timing` (R25)."""

import sys

from assurance.shields import evading, timing

if __name__ == "__main__":
    sys.exit(evading.main() or timing.main())
