"""The ideas that circulate for such engines, each measured alone where it applies in this one."""
