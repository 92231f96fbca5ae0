"""`make assurance` runs every folder's campaign by its name."""

import sys

from assurance.moves.killed import main

sys.exit(main())
