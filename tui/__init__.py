"""The user interfaces of utter: the workstation and the command line."""
