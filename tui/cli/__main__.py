"""Makes `python -m tui.cli` the same as `utter`."""

import sys

from tui.cli.main import main

sys.exit(main())
