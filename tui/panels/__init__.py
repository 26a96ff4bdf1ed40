"""The panels of the workstation, one widget a file; none of them knows the session."""
