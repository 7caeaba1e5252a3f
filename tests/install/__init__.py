"""deploy/ for real: the installer on a Debian machine made for it, and what can be held without one."""
