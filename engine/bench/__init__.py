"""Measures this machine: dictations played in real time against the same sound decoded at once."""
