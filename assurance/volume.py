"""A file system of our own on a loop device: to be filled, or to lose its power. Needs root."""

import fcntl
import os
import signal
import struct
import subprocess
import time
from pathlib import Path
from typing import Self

# linux/fs/ext4/ext4.h: EXT4_IOC_SHUTDOWN is _IOR('X', 125, __u32). Without flushing, the journal's tail is
# lost like everything else that no fsync has reached.
_SHUTDOWN, _NO_LOG_FLUSH = 0x8004587D, 2


class Volume:
    """An EXT4 file system of `size` MiB, mounted on `folder`, in a file beside it."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder = folder
        self._image = folder.with_suffix(".img")
        self._size = size

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True)
        with self._image.open("wb") as image:
            image.truncate(self._size << 20)
        _run("mkfs.ext4", "-q", "-F", str(self._image))
        self.mount()
        self.folder.chmod(0o755)
        return self

    def __exit__(self, *_: object) -> None:
        self.evict()
        subprocess.run(["umount", "-l", str(self.folder)], check=False)
        self._image.unlink()

    def mount(self) -> None:
        """Mount it; the journal is replayed as after any crash."""
        _run("mount", "-o", "loop", str(self._image), str(self.folder))

    def cut_power(self) -> None:
        """Lose what was not flushed: whoever works on it meets errors from now on."""
        handle = os.open(self.folder, os.O_RDONLY)
        fcntl.ioctl(handle, _SHUTDOWN, struct.pack("I", _NO_LOG_FLUSH))
        os.close(handle)

    def come_back(self) -> None:
        """End every other process on it, and mount what the disk holds."""
        self.evict()
        _run("umount", str(self.folder))
        self.mount()

    def fill(self, leave: int = 0) -> Path:
        """Fill it but for `leave` bytes; return the file that does."""
        ballast = self.folder / "ballast"
        with ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 65536)
            except OSError:
                pass
            if leave:
                file.truncate(max(0, file.tell() - leave))
        return ballast

    def evict(self) -> None:
        """Kill every process that has a file open on it or was started for it."""
        deadline = time.monotonic() + 20
        while (users := _users(self.folder)) and time.monotonic() < deadline:
            for pid in users:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            time.sleep(0.1)


def _run(*line: str) -> None:
    subprocess.run(line, check=True, capture_output=True)


def _users(folder: Path) -> list[int]:
    """Return the processes, other than this one, with a file, folder or command line below `folder`."""
    found: list[int] = []
    for process in Path("/proc").glob("[0-9]*"):
        pid = int(process.name)
        if pid != os.getpid() and _uses(process, str(folder)):
            found.append(pid)
    return found


def _uses(process: Path, folder: str) -> bool:
    try:
        if (process / "stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return False
        links = [process / "cwd", *(process / "fd").iterdir()]
        return any(os.readlink(link).startswith(folder + "/") for link in links if link.is_symlink())
    except OSError:
        return False
