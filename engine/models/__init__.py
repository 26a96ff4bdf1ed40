"""Which recognition models exist and which of them are on disk."""
