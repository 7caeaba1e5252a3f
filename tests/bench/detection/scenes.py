"""Footage with known truth: things that must not be an event, and visits that must be one. Gray frames, 320x180."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from camera.model import Luma

WIDTH, HEIGHT = 320, 180
SECONDS = 24.0
VISIT = (12.0, 18.0)
"""When a visit begins and has ended at the latest, in seconds of the film."""
RATES = (15.0, 10.0, 25.0, 6.0)
"""Frames a second; the seed chooses."""

Picture = NDArray[np.float32]
Change = Callable[[Picture, float], Picture]
"""What happens to the picture at a time in seconds."""
Random = np.random.Generator


@dataclass(frozen=True, slots=True)
class Film:
    """One film: what it is called, what to see, and when something visits."""

    name: str
    seed: int
    fps: float
    noise: float
    """Standard deviation of the sensor's noise in steps of 0 to 255."""
    still: Picture
    changes: tuple[Change, ...]
    visit: tuple[float, float] | None
    """Seconds; None: nothing may be reported."""

    def frames(self) -> Iterator[tuple[Luma, float]]:
        """Gray frames with their times."""
        rng = np.random.default_rng(1000 + self.seed)
        grain = [rng.normal(0, self.noise, (HEIGHT, WIDTH)).astype(np.float32) for _ in range(7)]
        for index in range(int(SECONDS * self.fps)):
            t_s = index / self.fps
            picture = self.still.copy()
            for change in self.changes:
                picture = change(picture, t_s)
            picture += np.roll(grain[index % 7], (int(rng.integers(HEIGHT)), int(rng.integers(WIDTH))), axis=(0, 1))
            yield np.clip(picture, 0, 255).astype(np.uint8), t_s


def garden(rng: Random, brightness: float = 1.0) -> Picture:
    """A wall, a lawn and bushes: smooth places beside textured ones."""
    coarse = cv2.resize(rng.uniform(60, 170, (5, 8)), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    fine = cv2.GaussianBlur(rng.normal(0, 60, (HEIGHT, WIDTH)), (0, 0), 1.5)
    bushes = cv2.GaussianBlur((rng.uniform(0, 1, (HEIGHT, WIDTH)) > 0.5).astype(np.float64), (0, 0), 25)
    roughness = np.clip((bushes - 0.47) * 20, 0.1, 1.5)
    return np.asarray(np.clip(coarse + fine * roughness, 25, 215) * brightness, np.float32)


def _smooth(rng: Random, size_px: float) -> Picture:
    """A field between -1 and 1 without edges."""
    shape = (max(3, int(HEIGHT / size_px) + 2), max(3, int(WIDTH / size_px) + 2))
    return np.asarray(cv2.resize(rng.uniform(-1, 1, shape), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), np.float32)


# --- what must not be an event ---------------------------------------------------------------------------------------


def _lamp(rng: Random) -> Change:
    x, y = rng.uniform(40, 280), rng.uniform(20, 160)
    columns, rows = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))
    glow = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * rng.uniform(40, 90) ** 2)) * rng.uniform(0.3, 0.9)
    on_s, off_s = rng.uniform(8, 11), rng.uniform(14, 19)
    lit = (1 + glow + rng.uniform(0.05, 0.2)).astype(np.float32)
    return lambda picture, t_s: picture * lit if on_s <= t_s < off_s else picture


def _clouds(rng: Random) -> Change:
    width = WIDTH * 5  # more than passes by
    coarse = rng.uniform(-1, 1, (4, width // 90 + 2))
    field = cv2.resize(coarse, (width, HEIGHT), interpolation=cv2.INTER_CUBIC).astype(np.float32)
    speed, depth = rng.uniform(8, 40), rng.uniform(0.15, 0.35)

    def change(picture: Picture, t_s: float) -> Picture:
        left = int(t_s * speed)
        return np.asarray(picture * (1 - depth * np.clip(field[:, left : left + WIDTH] + 0.3, 0, 1)), np.float32)

    return change


def _pumping(rng: Random) -> Change:
    depth, speed = rng.uniform(0.08, 0.25), rng.uniform(1, 5)
    return lambda picture, t_s: picture * np.float32(1 + depth * math.sin(t_s * speed))


def _ir_cut(rng: Random) -> Change:
    other = 1 + 0.5 * _smooth(rng, 60)
    at_s, dark = rng.uniform(9, 14), rng.uniform(0.3, 0.7)

    def change(picture: Picture, t_s: float) -> Picture:
        if t_s < at_s:
            return picture
        if t_s < at_s + 0.3:
            return picture * np.float32(1.8)  # the filter moves, exposure has not followed
        return np.asarray(np.clip(picture * other * dark + 20, 0, 255), np.float32)

    return change


def _rain(rng: Random) -> Change:
    drops = int(rng.integers(20, 60))

    def change(picture: Picture, _t_s: float) -> Picture:
        for _ in range(drops):
            x, y = int(rng.integers(WIDTH)), int(rng.integers(HEIGHT))
            length = int(rng.integers(5, 16))
            picture[y : y + length, x] += rng.uniform(10, 40)
        return picture

    return change


def _snow(rng: Random) -> Change:
    count = int(rng.integers(30, 90))
    x, y = rng.uniform(0, WIDTH, count), rng.uniform(0, HEIGHT, count)
    fall, size = rng.uniform(30, 90, count), rng.integers(1, 4, count)

    def change(picture: Picture, t_s: float) -> Picture:
        for index in range(count):
            left = int(x[index] + 6 * math.sin(t_s * 2 + index)) % WIDTH
            top = int(y[index] + fall[index] * t_s) % HEIGHT
            picture[top : top + size[index], left : left + size[index]] += 70
        return picture

    return change


def _tree(rng: Random) -> Change:
    left, top, width, height = int(rng.integers(20, 160)), int(rng.integers(5, 60)), 120, 90
    leaves = cv2.GaussianBlur(rng.normal(0, 110, (HEIGHT, WIDTH)), (0, 0), 2).astype(np.float32)
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    phase, strength = _smooth(rng, 40)[:height, :width] * 3, rng.uniform(1, 3.5)
    speed = rng.uniform(2, 6)

    def change(picture: Picture, t_s: float) -> Picture:
        gust = strength * (0.6 + 0.4 * math.sin(t_s * 0.7))
        sway_x = columns + 40 + gust * np.sin(t_s * speed + phase)
        sway_y = rows + 40 + 0.5 * gust * np.sin(t_s * speed * 1.3 + phase)
        patch = cv2.remap(leaves, sway_x.astype(np.float32), sway_y.astype(np.float32), cv2.INTER_LINEAR)
        picture[top : top + height, left : left + width] = 90 + patch
        return picture

    return change


def _shake(rng: Random) -> Change:
    strength = rng.uniform(0.7, 2.5)

    def change(picture: Picture, t_s: float) -> Picture:
        gust = strength * max(0.0, math.sin(t_s * 0.8))
        move = np.array([[1, 0, rng.normal(0, gust)], [0, 1, rng.normal(0, gust)]], np.float32)
        moved = cv2.warpAffine(picture, move, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(moved, np.float32)

    return change


def _insects(rng: Random) -> Change:
    """Out-of-focus insects near the infrared lamp: bright, fast against their own length, on crooked ways."""
    flights: list[list[float]] = []

    def change(picture: Picture, t_s: float) -> Picture:
        if rng.uniform() < 0.12:
            angle, speed = rng.uniform(0, 2 * math.pi), rng.uniform(150, 500)
            start = [rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT)]
            flights.append([t_s, *start, angle, speed, rng.uniform(0.3, 1.2), rng.uniform(2, 6)])
        for begun_s, x0, y0, angle, speed, lasts_s, radius in flights:
            age_s = t_s - begun_s
            if not 0 <= age_s < lasts_s:
                continue
            bend = angle + 1.5 * math.sin(age_s * 9)
            end = (x0 + speed * age_s * math.cos(angle), y0 + speed * age_s * math.sin(angle))
            streak = (math.cos(bend) * speed / 60, math.sin(bend) * speed / 60)
            glow = np.zeros_like(picture)
            near = (
                (int(end[0] - streak[0]), int(end[1] - streak[1])),
                (int(end[0] + streak[0]), int(end[1] + streak[1])),
            )
            cv2.line(glow, *near, 90, max(1, int(radius)))
            picture += cv2.GaussianBlur(glow, (0, 0), radius / 2)
        flights[:] = [flight for flight in flights if t_s - flight[0] < flight[5]]
        return picture

    return change


def _key_frames(rng: Random) -> Change:
    """The picture sharpens at each key frame and smears in between, as at a low bit rate."""
    period_s, strength = rng.uniform(1, 3), rng.uniform(2, 6)

    def change(picture: Picture, t_s: float) -> Picture:
        share = t_s % period_s / period_s
        coarse = cv2.resize(picture, (WIDTH // 8, HEIGHT // 8), interpolation=cv2.INTER_AREA)
        blocky = cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)
        error = np.clip(blocky - picture, -strength, strength)
        return np.asarray(picture + error * (1 - share), np.float32)

    return change


_FONT = cv2.FONT_HERSHEY_SIMPLEX


def _clock(rng: Random) -> Change:
    left, top = int(rng.integers(0, 160)), int(rng.choice([2, 150]))

    def change(picture: Picture, t_s: float) -> Picture:
        text = f"2024-08-20 21:18:{int(t_s) % 60:02d}.{int(t_s * 10) % 10}"
        ink = cv2.putText(np.zeros((HEIGHT, WIDTH), np.uint8), text, (left, top + 12), _FONT, 0.35, (255,), 1)
        return np.maximum(picture, ink.astype(np.float32))

    return change


# --- visits ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Body:
    """A textured thing with soft edges."""

    texture: Picture
    cover: Picture
    """0 to 1, how much of the background it hides."""

    def put(self, picture: Picture, x: float, y: float) -> Picture:
        """Draws it with its middle at x, y (pixels)."""
        height, width = self.texture.shape
        move = np.array([[1, 0, x - width / 2], [0, 1, y - height / 2]], np.float32)
        cover = cv2.warpAffine(self.cover, move, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
        texture = cv2.warpAffine(self.texture, move, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
        return np.asarray(picture * (1 - cover) + texture * cover, np.float32)


def _body(rng: Random, width: int, height: int, brightness: float) -> _Body:
    cover = np.zeros((height, width), np.float32)
    cv2.ellipse(cover, (width // 2, height // 2), (max(1, width // 2 - 1), max(1, height // 2 - 1)), 0, 0, 360, 1, -1)
    soft = cv2.GaussianBlur(cover, (0, 0), 0.7)
    texture = brightness + cv2.GaussianBlur(rng.normal(0, 30, (height, width)), (0, 0), 2)
    return _Body(np.asarray(texture, np.float32), np.asarray(soft, np.float32))


def _contrary(rng: Random, still: Picture, y: float) -> float:
    """A brightness that differs from the row's by 50 or more."""
    mean = float(still[int(max(0, y - 15)) : int(y + 15)].mean())
    return mean + 60 + rng.uniform(0, 40) if mean < 110 else mean - 60 - rng.uniform(0, 40)


def _walk(body: _Body, y: float, speed_px_s: float, from_right: bool, x0: float = -10) -> Change:
    begun_s, ended_s = VISIT

    def change(picture: Picture, t_s: float) -> Picture:
        if not begun_s <= t_s < ended_s:
            return picture
        x = x0 + (t_s - begun_s) * speed_px_s
        return body.put(picture, WIDTH - x if from_right else x, y + 1.5 * math.sin(t_s * 9))

    return change


Made = tuple[Picture, float, tuple[Change, ...]]
"""Background, noise, changes."""


def _far(rng: Random) -> Made:
    still, y = garden(rng), rng.uniform(50, 130)
    body = _body(rng, 6, 12, _contrary(rng, still, y))
    return still, 1.5, (_walk(body, y, rng.uniform(8, 16), bool(rng.integers(2)), x0=rng.uniform(60, 200)),)


def _slow(rng: Random) -> Made:
    still, y = garden(rng), rng.uniform(60, 120)
    body = _body(rng, 22, 44, _contrary(rng, still, y))
    return still, 2.0, (_walk(body, y, rng.uniform(5, 10), bool(rng.integers(2)), x0=0),)


def _faint(rng: Random) -> Made:
    still, y = garden(rng), rng.uniform(60, 120)
    body = _body(rng, 24, 50, 0)
    sign = rng.choice([-1, 1]) * rng.uniform(14, 22)
    speed = rng.uniform(25, 60)

    def change(picture: Picture, t_s: float) -> Picture:
        if not VISIT[0] <= t_s < VISIT[1]:
            return picture
        coat = _Body((body.texture * 0.4 + sign).astype(np.float32), body.cover)
        mean = cv2.blur(picture, (31, 31))
        shape = coat.put(np.zeros_like(picture), (t_s - VISIT[0]) * speed, y)
        covered = np.abs(shape) > 1
        return np.where(covered, 0.4 * picture + 0.6 * mean + shape, picture).astype(np.float32)

    return still, 2.0, (change,)


def _at_night(rng: Random) -> Made:
    still, y = garden(rng, 0.25), rng.uniform(60, 120)
    body = _body(rng, 16, 34, float(still[int(y)].mean()) + rng.uniform(22, 35))
    return still, 4.0, (_walk(body, y, rng.uniform(20, 50), bool(rng.integers(2))),)


def _at_the_rim(rng: Random) -> Made:
    still = garden(rng)
    y = float(rng.choice([2, HEIGHT - 2]))
    body = _body(rng, 18, 34, _contrary(rng, still, y))
    return still, 2.0, (_walk(body, y, rng.uniform(30, 70), bool(rng.integers(2))),)


def _stops(rng: Random) -> Made:
    still, y = garden(rng), rng.uniform(60, 120)
    body = _body(rng, 18, 38, _contrary(rng, still, y))
    stop_s, pause_s = rng.uniform(1, 2), rng.uniform(1, 2)

    def change(picture: Picture, t_s: float) -> Picture:
        walked_s = t_s - VISIT[0]
        if not 0 <= walked_s < VISIT[1] - VISIT[0]:
            return picture
        return body.put(picture, 50 * (min(walked_s, stop_s) + max(0, walked_s - stop_s - pause_s)), y)

    return still, 2.0, (change,)


def _two(rng: Random) -> Made:
    still = garden(rng)
    ways = [
        _walk(_body(rng, 14, 30, _contrary(rng, still, y)), y, rng.uniform(25, 60), side)
        for y, side in ((60.0, True), (130.0, False))
    ]
    return still, 2.0, tuple(ways)


def _fast(rng: Random) -> Made:
    still, y = garden(rng), rng.uniform(60, 130)
    speed = rng.uniform(360, 450)
    body = _body(rng, 60, 34, _contrary(rng, still, y))
    return still, 2.0, (_walk(body, y, speed, bool(rng.integers(2))),)


QUIET: dict[str, Callable[[Random], Made]] = {
    "noise by day": lambda rng: (garden(rng), 3.0, ()),
    "night noise": lambda rng: (garden(rng, 0.25), float(rng.uniform(6, 10)), ()),
    "lamp on and off": lambda rng: (garden(rng), 2.0, (_lamp(rng),)),
    "clouds": lambda rng: (garden(rng), 2.0, (_clouds(rng),)),
    "exposure pumping": lambda rng: (garden(rng), 2.0, (_pumping(rng),)),
    "infrared filter flips": lambda rng: (garden(rng), 2.0, (_ir_cut(rng),)),
    "rain": lambda rng: (garden(rng), 2.0, (_rain(rng),)),
    "snow": lambda rng: (garden(rng), 2.0, (_snow(rng),)),
    "swaying tree": lambda rng: (garden(rng), 2.0, (_tree(rng),)),
    "camera shake": lambda rng: (garden(rng), 2.0, (_shake(rng),)),
    "insects at the lamp": lambda rng: (garden(rng, 0.35), 3.0, (_insects(rng),)),
    "pulsing at key frames": lambda rng: (garden(rng), 1.0, (_key_frames(rng),)),
    "clock overlay": lambda rng: (garden(rng), 2.0, (_clock(rng),)),
}
VISITS: dict[str, Callable[[Random], Made]] = {
    "small and far": _far,
    "slow": _slow,
    "low contrast": _faint,
    "at night": _at_night,
    "at the rim": _at_the_rim,
    "stops and goes on": _stops,
    "two at once": _two,
    "fast, under a second": _fast,
}


def films(seeds: range) -> Iterator[Film]:
    """Every kind once for each seed."""
    for kinds, visit in ((QUIET, None), (VISITS, VISIT)):
        for name, make in kinds.items():
            for seed in seeds:
                still, noise, changes = make(np.random.default_rng(seed))
                yield Film(name, seed, RATES[seed % len(RATES)], noise, still, changes, visit)
