"""The most memory that this process held (Linux)."""

from __future__ import annotations

from pathlib import Path


def peak() -> int:
    """Megabytes that the process held at most (VmHWM of proc_pid_status(5))."""
    told = Path("/proc/self/status").read_text("utf-8")
    return int(told.partition("VmHWM:")[2].split()[0]) // 1024


def peak_from_now() -> int:
    """Forget the peak (proc_pid_clear_refs(5)) and give what is held now."""
    Path("/proc/self/clear_refs").write_text("5", "utf-8")
    return peak()
