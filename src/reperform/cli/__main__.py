"""`python -m reperform.cli`: the command where no script was installed for it."""

import sys

from reperform.cli import main

sys.exit(main())
