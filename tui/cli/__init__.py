"""The `utter` command: one subcommand a file, and nothing heavy before it is needed."""
