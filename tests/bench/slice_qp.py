"""What the quantiser in the slice headers adds to the sizes of packets, where a camera keeps a bit rate.

`python -m tests.bench.slice_qp STREAM ...`, on the streams with a visit that `tests.bench.sparing` has made. Of each
packet the logarithm of its size, with the quantiser's share fitted as well as it can be afterwards, less the mean of
its place in the group; of that the mean of half a second. Printed is by how many deviations of the quiet time before
it, and of its largest value, the visit stands out. Needs ffmpeg, which reads the headers.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.bench.detection.scenes import SECONDS, VISIT

QUIET_FROM_S = 3.0
HALF_S = 0.5

Values = NDArray[np.float64]


def headers(path: Path) -> tuple[Values, Values, Values]:
    """Size, quantiser of the first slice and place in the group of each packet."""
    command = ["ffmpeg", "-i", str(path), "-c", "copy", "-bsf:v", "trace_headers", "-f", "null", "-"]
    told = subprocess.run(command, capture_output=True, text=True, errors="replace", check=True).stderr
    sizes: list[int] = []
    quantisers: list[int] = []
    places: list[int] = []
    base = 26
    for line in told.splitlines():
        if packet := re.search(r"Packet: (\d+) bytes,( key frame)?", line):
            places.append(0 if packet[2] or not places else places[-1] + 1)
            sizes.append(int(packet[1]))
        elif found := re.search(r"(pic_init_qp_minus26|slice_qp_delta) +[01]+ = (-?\d+)", line):
            if found[1] == "pic_init_qp_minus26":
                base = 26 + int(found[2])
            elif len(quantisers) < len(sizes):
                quantisers.append(base + int(found[2]))
    return np.log(np.array(sizes, float)), np.array(quantisers, float), np.array(places, float)


def stands_out(values: Values, quiet: NDArray[np.bool_], visit: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Deviation of the quiet time, and by how many of it the visit's median and the quiet's own largest lie above."""
    spread = float(values[quiet].std()) or 1e-9
    middle = float(np.median(values[quiet]))
    return (
        spread,
        (float(np.median(values[visit])) - middle) / spread,
        (float(values[quiet].max()) - middle) / spread,
    )


def judge(path: Path) -> list[tuple[float, float, float]]:
    """The sizes alone, then with the quantiser."""
    sizes, quantisers, places = headers(path)
    between = places > 0
    at_s = np.linspace(0, SECONDS, len(sizes), endpoint=False)[between]
    sizes, quantisers, places = sizes[between], quantisers[between], places[between]
    quiet = (at_s > QUIET_FROM_S) & (at_s < VISIT[0])
    for place in np.unique(places):
        here = places == place
        for values in (sizes, quantisers):
            values[here] -= np.mean(values[here & quiet] if np.any(here & quiet) else values[quiet])
    share = -float((sizes * quantisers)[quiet].sum()) / (float((quantisers[quiet] ** 2).sum()) or 1.0)
    count = max(1, round(HALF_S * len(at_s) / SECONDS))
    found = []
    for values in (sizes, sizes + share * quantisers):
        summed = np.convolve(values, np.ones(count) / count, "valid")
        ends_s = at_s[count - 1 :]
        whole = (ends_s < VISIT[0]) & (ends_s > QUIET_FROM_S + HALF_S)
        found.append(stands_out(summed, whole, (ends_s > VISIT[0] + HALF_S) & (ends_s < VISIT[0] + 2)))
    return found


def main() -> None:
    streams = {path.stem: judge(path) for path in map(Path, sys.argv[1:])}
    for number, name in enumerate(("the sizes alone", "with the quantiser")):
        rows = {stream: found[number] for stream, found in streams.items()}
        told = sum(visit > quiet for _, visit, quiet in rows.values())
        for stream, (spread, visit, quiet) in rows.items():
            sys.stderr.write(f"{stream}, {name}: noise {spread:.1%}, visit {visit:.1f}, quiet's largest {quiet:.1f}\n")
        spread, visit, quiet = (statistics.median(row[column] for row in rows.values()) for column in range(3))
        sys.stdout.write(
            f"{name}: noise of half a second {spread:.1%}; a visit stands out by {visit:.1f} deviations, the largest "
            f"of quiet by {quiet:.1f}; above it are {told} of {len(rows)} visits\n"
        )


if __name__ == "__main__":
    main()
