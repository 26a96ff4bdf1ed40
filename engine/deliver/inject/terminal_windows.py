"""Which windows are terminals, told by the names that programs give their windows; pure."""

from __future__ import annotations

TERMINALS = frozenset(
    {
        *("alacritty", "aterm", "blackbox", "com.raggesilver.blackbox", "com.system76.cosmicterm"),
        *("contour", "org.contourterminal.contour", "cool-retro-term", "deepin-terminal", "eterm"),
        *("foot", "footclient", "ghostty", "com.mitchellh.ghostty", "gnome-terminal"),
        *("gnome-terminal-server", "org.gnome.terminal", "org.gnome.console", "kgx", "org.gnome.ptyxis"),
        *("guake", "havoc", "hyper", "io.elementary.terminal", "kitty", "konsole", "org.kde.konsole"),
        *("koi8rxvt", "kterm", "lxterminal", "mate-terminal", "mlterm", "ptyxis", "qterminal", "rio"),
        *("roxterm", "rxvt", "sakura", "st", "st-256color", "stterm", "tabby", "terminator", "terminology"),
        *("termite", "tilda", "tilix", "com.gexperts.tilix", "urxvt", "uxterm", "warp", "dev.warp.warp"),
        *("wezterm", "wezterm-gui", "org.wezfurlong.wezterm", "x-terminal-emulator", "xfce4-terminal"),
        *("xterm", "yakuake", "org.kde.yakuake", "zutty"),
    }
)
"""What terminals call their windows on Linux, in small letters: the app id of Wayland, which most take from
their desktop file, and the class of X11 (WM_CLASS)."""

BUNDLES = frozenset(
    {
        *("com.apple.terminal", "com.googlecode.iterm2", "net.kovidgoyal.kitty", "com.github.wez.wezterm"),
        *("org.alacritty", "io.alacritty", "com.mitchellh.ghostty", "dev.warp.warp-stable", "co.zeit.hyper"),
        *("org.tabby", "com.raphaelamorim.rio", "org.contourterminal.contour"),
    }
)
"""Bundle identifiers of terminals on macOS, in small letters (`CFBundleIdentifier` of their Info.plist)."""

WINDOW_CLASSES = frozenset(
    {
        *("cascadia_hosting_window_class", "consolewindowclass", "pseudoconsolewindow", "mintty"),
        *("virtualconsoleclass", "putty", "kitty", "org.wezfurlong.wezterm", "alacritty"),
    }
)
"""Window classes of terminals on Windows, in small letters: Windows Terminal, the console, mintty (Git,
MSYS2, Cygwin), ConEmu, PuTTY and its offspring, WezTerm and Alacritty."""


def is_terminal(name: str, known: frozenset[str] = TERMINALS) -> bool | None:
    """Say whether a window is a terminal by what its program calls it; None where it has no name."""
    return name.lower() in known if name else None
