"""The kernel's way to press keys on any desktop, `/dev/uinput`: who may, and what the keys are."""

from __future__ import annotations

import os
from pathlib import Path

from engine.errors import DeliveryError

DEVICE = Path("/dev/uinput")
"""Where a program makes a keyboard of its own (kernel documentation, input/uinput)."""

UDEV_RULE = 'KERNEL=="uinput", GROUP="input", MODE="0660", OPTIONS+="static_node=uinput"'
"""What lets the group input do that; belongs into a file such as /etc/udev/rules.d/80-uinput.rules."""


def why_no_device() -> str | None:
    """Say why we may not make a keyboard; None when we may."""
    if not DEVICE.exists():
        return f"There is no {DEVICE}; load the kernel's module with `sudo modprobe uinput`."
    if not os.access(DEVICE, os.W_OK):
        return (
            f"{DEVICE} may not be written; put '{UDEV_RULE}' into /etc/udev/rules.d/80-uinput.rules, add "
            "yourself to the group with `sudo usermod -aG input $USER`, and start the machine anew."
        )
    return None


def cannot_type(program: str) -> DeliveryError:
    """Make the error for text that should be typed with a program that knows keys, not characters."""
    return DeliveryError(
        f"{program} types what one keyboard layout has on its keys, and nothing else.",
        'Set delivery.window to "paste" or "auto", and install wl-clipboard.',
    )
