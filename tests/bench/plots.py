"""The plots of docs/performance.md, drawn from the ledger; needs matplotlib, which `make bench` fetches for itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.ticker import FuncFormatter

from tests.bench.ledger import Entry

OURS, PEER, LIMIT, AIM, INK = "#1f6f8b", "#b5651d", "#7a7a7a", "#b03030", "#2b2b2b"
SHADES = ("#1f6f8b", "#b5651d", "#5b9aa8", "#8c4a3b", "#d09a2f", "#4f6d4a", "#7a5c99", "#6b7b8c")
LABEL_GAP_PX = 17
DPI = 160

Series = Mapping[str, Any]
Drawing = Any
Axes = Any
"""Of matplotlib, which is not there where types are checked."""


def draw(folder: Path, parts: Mapping[str, Entry]) -> list[Path]:
    """Draws what has been measured; the files that were made."""
    mpl.use("agg")
    mpl.rcParams.update(
        {
            "font.size": 10,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": "#999999",
            "axes.labelcolor": INK,
            "axes.titlesize": 11,
            "axes.titleweight": "bold",
            "axes.titlelocation": "left",
            "xtick.color": INK,
            "ytick.color": INK,
            "axes.grid": True,
            "grid.color": "#e6e6e6",
            "axes.axisbelow": True,
        }
    )
    drawn = []
    for part, plot in PLOTS.items():
        if part in parts and parts[part]["series"]:
            drawing = plot(parts[part]["series"])
            target = folder / f"performance-{part}.png"
            drawing.savefig(target, dpi=DPI, bbox_inches="tight", facecolor="white")
            plt.close(drawing)
            drawn.append(target)
    return drawn


def _alert(series: Series) -> Drawing:
    """How alerts spread, and what the median one is made of."""
    drawing, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4), width_ratios=(3, 2))
    whole = sorted(series["whole_s"])
    left.hist(
        whole, bins=[step * 0.05 for step in range(round(max(1.0, whole[-1]) / 0.05) + 2)], color=OURS, rwidth=0.9
    )
    median, most = whole[(len(whole) - 1) // 2], whole[-(-len(whole) * 95 // 100) - 1]
    left.set_ylim(0, left.get_ylim()[1] * 1.3)
    left.set_xlim(left=0)
    _upright(left, median, f"median {median:.2f} s", 0.99)
    _upright(left, most, f"95 % within {most:.2f} s", 0.9)
    left.set(title=f"First moved frame to photo, {len(whole)} alerts", xlabel="seconds", ylabel="alerts")
    left.grid(axis="x", visible=False)
    begin = 0.0
    for place, (name, values) in enumerate(series["stages_s"].items()):
        middle = sorted(values)[len(values) // 2]
        right.barh(place, middle, left=begin, color=SHADES[place % len(SHADES)], height=0.62)
        right.text(begin + middle + 0.008, place, f"{name}  {middle * 1000:.0f} ms", va="center", fontsize=9, color=INK)
        begin += middle
    right.set(title="Where the time goes (medians)", xlabel="seconds since the first moved frame", yticks=[])
    right.set_xlim(0, begin * 1.75)
    right.invert_yaxis()
    right.grid(axis="y", visible=False)
    drawing.tight_layout(w_pad=3)
    return drawing


def _activity(series: Series) -> Drawing:
    """One panel for each kind of camera, below each other."""
    kinds = series["kinds"]
    drawing, panels = plt.subplots(len(kinds), 1, figsize=(7.2, 3.6 * len(kinds)), squeeze=False)
    x = [level * 100 for level in series["levels"]]
    styles = {"MoCam": (OURS, "o-", 2.2), "motion": (PEER, "s-", 2.2)}
    drawing.tight_layout(h_pad=4)
    for axes, (kind, found) in zip(panels.flat, kinds.items(), strict=True):
        axes.set(title=f"One 1080p15 H.264 camera over RTSP, {kind}")
        axes.set(xlabel="share of the time in which something moves, %", ylabel="processor, % of one core")
        axes.set(xlim=(0, 100), xticks=x, ylim=(0, 1.15 * max(max(shares) for shares in found["shares"].values())))
        labels = []
        for name, shares in found["shares"].items():
            colour, style, width = styles.get(name, (LIMIT, ":", 1.4))
            axes.plot(x, shares, style, color=colour, linewidth=width, markersize=5, clip_on=False)
            told = {"motion": "Debian's motion, movie_passthrough"}.get(name, name)
            labels.append((shares[-1], f"{told}: {shares[0]:.2g} to {shares[-1]:.2g} %", colour))
        if (decoding := found["decoding"]) is not None:
            axes.axhline(decoding, color=LIMIT, linestyle="--", linewidth=1.4)
            labels.append((decoding, f"decoding every picture, nothing else: {decoding:.2g} %", LIMIT))
        _at_the_right(axes, x[-1], labels)
    return drawing


def _cameras(series: Series) -> Drawing:
    drawing, panels = plt.subplots(1, 3, figsize=(10.5, 3.2))
    plans = (
        ("cpu", "Processor", "% of one core", OURS),
        ("memory", "Peak memory", "MB", OURS),
        ("answer", "The chat's answer, median", "seconds", OURS),
    )
    for axes, (name, title, unit, colour) in zip(panels, plans, strict=True):
        axes.plot(series["cameras"], series[name], "o-", color=colour, linewidth=2.2)
        for count, value in zip(series["cameras"], series[name], strict=True):
            text = f"{value:.0f}" if value >= 10 else f"{value:.2g}"
            axes.annotate(text, (count, value), (0, 7), textcoords="offset points", ha="center", fontsize=9, color=INK)
        axes.set(title=title, xlabel="1080p15 cameras in one program", ylabel=unit, xticks=series["cameras"])
        axes.set_ylim(0, max(series[name]) * 1.25)
        axes.set_xlim(0.3, max(series["cameras"]) + 0.7)
    drawing.tight_layout(w_pad=2)
    return drawing


def _scale(series: Series) -> Drawing:
    drawing, axes = plt.subplots(figsize=(7.2, 4.4))
    labels = []
    for place, (name, values) in enumerate(series["ms"].items()):
        colour = SHADES[place % len(SHADES)]
        axes.plot(series["counts"], values, "o-", color=colour, linewidth=1.8, markersize=4)
        labels.append(
            (
                values[-1],
                f"{name}: {values[-1]:,.3g} ms" if values[-1] < 100 else f"{name}: {values[-1]:,.0f} ms",
                colour,
            )
        )
    axes.set(xscale="log", yscale="log", xlabel="clips in the catalogue", ylabel="milliseconds")
    axes.set_title("How answers grow with the catalogue")
    axes.set_xticks(series["counts"], [f"{count:,}" for count in series["counts"]])
    axes.minorticks_off()
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:,g}"))
    _at_the_right(axes, series["counts"][-1], labels)
    return drawing


def _upright(axes: Axes, x: float, text: str, height: float) -> None:
    axes.axvline(x, color=AIM, linewidth=1.4, linestyle="--")
    place: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points", "va": "top"}
    axes.annotate(text, (x, height), (5, 0), color=AIM, fontsize=9, **place)


def _at_the_right(axes: Axes, x: float, labels: Sequence[tuple[float, str, str]]) -> None:
    """Names each line (last value, text, colour) beside its end, the highest first, so that none covers another."""
    lowest = float("inf")
    for value, text, colour in sorted(labels, reverse=True):
        height = axes.transData.transform((x, value))[1]
        lowest = min(height, lowest - LABEL_GAP_PX)
        offset = (lowest - height) * 72 / axes.figure.dpi
        axes.annotate(text, (x, value), (9, offset), textcoords="offset points", va="center", color=colour, fontsize=9)


PLOTS: dict[str, Callable[[Series], Drawing]] = {
    "alert": _alert,
    "activity": _activity,
    "cameras": _cameras,
    "scale": _scale,
}
