"""What only the start needed is let go of, and nothing that was written to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from mocam.start_pages import Mapping, let_go, of_files

ROOT = Path(__file__).parents[2]


def mapping(head: str, rss: int, anonymous: int = 0, swap: int = 0) -> str:
    """As the kernel writes it, with some of its further lines."""
    rows = {"Size": 400, "Rss": rss, "Shared_Clean": rss, "Anonymous": anonymous, "Swap": swap, "SwapPss": swap}
    return f"{head}\n" + "".join(f"{name}:{size:>16} kB\n" for name, size in rows.items()) + "VmFlags: rd ex mr mw me\n"


SMAPS = "".join(
    [
        mapping("55d000000000-55d000064000 r--p 00000000 fe:00 4711    /usr/bin/python3.11", 100),
        mapping("7f0000000000-7f0000064000 r-xp 00064000 fe:00 4712    /usr/lib/a library.so.7.2 (deleted)", 300),
        mapping("7f0000064000-7f00000c8000 r--p 000c8000 fe:00 4712    /usr/lib/relocated.so", 400, anonymous=40),
        mapping("7f0000164000-7f00001c8000 r--p 000c8000 fe:00 4712    /usr/lib/moved out.so", 8, swap=40),
        mapping("7f00000c8000-7f000012c000 rw-p 0012c000 fe:00 4712    /usr/lib/written.so", 400),
        mapping("7f0000200000-7f0000264000 rw-s 00000000 fe:00 4713    /data/mocam.sqlite3-shm", 32),
        mapping("7f0000300000-7f0000364000 r--p 00000000 00:00 0 ", 100),
        mapping("7f0000400000-7f0000464000 r-xp 00000000 fe:00 4714    /usr/lib/never touched.so", 0),
        mapping("7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0       [vdso]", 8),
        mapping("7f0000480000-7f0000490000 r--p 00000000 fe:00 4715    /etc/ld.so.cache", 40),
        mapping("7f0000500000-7f0000501000 r--p 00000000 fe:00 4716    /usr/lib/last.so", 4),
    ]
)


def test_only_what_the_files_themselves_hold_is_chosen() -> None:
    assert list(of_files(SMAPS.splitlines(keepends=True))) == [
        Mapping(0x55D000000000, 0x64000, 100 * 1024),
        Mapping(0x7F0000000000, 0x64000, 300 * 1024),
        Mapping(0x7F0000500000, 0x1000, 4 * 1024),
    ]


def test_a_kernel_that_does_not_tell_of_swap_is_not_trusted() -> None:
    assert list(of_files(line for line in SMAPS.splitlines() if not line.startswith("Swap:"))) == []


def test_where_nothing_is_said_nothing_is_let_go_of(tmp_path: Path) -> None:
    assert let_go(tmp_path / "smaps") == 0


CHILD = """
import hashlib, re, sqlite3, ssl, threading
import av, cv2, numpy as np
from mocam.start_pages import let_go

def mapped_kb():
    return int(re.search(r"RssFile:\\s+(\\d+)", open("/proc/self/status").read())[1])

def work():
    picture = np.arange(320 * 180 * 3, dtype=np.uint8).reshape(180, 320, 3)
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = 320, 180, "yuv420p", 1
    encoder.options = {"preset": "ultrafast", "threads": "1"}
    packets = encoder.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")) + encoder.encode(None)
    jpeg = cv2.imencode(".jpg", cv2.GaussianBlur(picture, (5, 5), 0))[1]
    with sqlite3.connect(":memory:") as rows:
        row = rows.execute("SELECT upper('still there'), sqlite_version()").fetchone()
    return hashlib.sha256(b"".join(map(bytes, packets)) + jpeg.tobytes() + repr(row).encode()).hexdigest()

first = work()
before = mapped_kb()
gone = let_go()
after = mapped_kb()
assert work() == first
worker = threading.Thread(target=let_go)
worker.start()
worker.join()
again = mapped_kb()
assert work() == first
print(before, after, gone // 1024, again)
"""


def test_a_program_lets_go_of_much_and_works_on_as_before() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILD], cwd=ROOT, capture_output=True, text=True, check=True, timeout=300
    )
    before_kb, after_kb, gone_kb, again_kb = map(int, done.stdout.split())
    assert after_kb < before_kb / 2
    assert gone_kb > before_kb / 2
    assert again_kb < before_kb / 2


THREADED = """
import threading
from mocam.start_pages import let_go

held = threading.Event()
threading.Thread(target=held.wait).start()
print(let_go())
held.set()
print(let_go())
"""


def test_beside_other_threads_nothing_is_looked_up() -> None:
    done = subprocess.run(
        [sys.executable, "-c", THREADED], cwd=ROOT, capture_output=True, text=True, check=True, timeout=300
    )
    assert done.stdout.split() == ["0", "0"]
