"""Makes `python -m tui.cli` the same as `utter`."""

import sys

from tui.cli.entry import main

sys.exit(main())
