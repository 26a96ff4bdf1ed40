"""What tests of several rooms share: synthetic voices, a virtual microphone, Debian packages."""
