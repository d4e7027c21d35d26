"""Packages of the distribution: installed where the user may do that unasked."""

from __future__ import annotations

import os
import shutil
import subprocess


def can_install() -> bool:
    """Whether there is apt-get, and we are root or may become it without a password."""
    if shutil.which("apt-get") is None:
        return False
    return _become_root() is not None


def install(package: str) -> bool:
    """Install a package, showing apt's output only if it fails.

    :return: whether the package is installed now.
    """
    become_root = _become_root()
    if become_root is None or shutil.which("apt-get") is None:
        return False
    apt = [
        *become_root,
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-qq",
        "-o",
        "DPkg::Lock::Timeout=300",
    ]
    for command in (
        [*apt, "update"],
        [*apt, "install", "-y", "--no-install-recommends", package],
    ):
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        # An update may fail for one source and still find the package in another.
        if done.returncode and "install" in command:
            print(done.stdout, flush=True)
            return False
    return True


def _become_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    allowed = subprocess.run(
        ["sudo", "-n", "true"], stdin=subprocess.DEVNULL, capture_output=True
    )
    return ["sudo", "-n"] if allowed.returncode == 0 else None
