"""The rules of tidy, one a file, and the words that they know."""
