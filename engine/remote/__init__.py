"""What reaches a running utter from outside: the control socket, and sound from another machine."""
