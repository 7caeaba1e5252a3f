"""The model that names persons, animals and vehicles, when the owner has set one: loaded and run once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from camera.errors import ModelUnusable
from camera.objects import Objects
from mocam.doctor.finding import Finding, fail, ok, warn


def probe(model: Path | None, budget_s: float) -> Iterator[Finding]:
    """One finding, none without a model; seconds of work for a large one."""
    if model is None:
        return
    try:
        objects = Objects(model)
        began = time.monotonic()
        objects.look(np.full((objects.height, objects.width, 3), 114, np.uint8))
    except ModelUnusable as exc:
        remedy = (
            "Set OBJECT_MODEL to another file, or to nothing: events then come without names. docs/motion.md says more."
        )
        yield fail("object model", str(exc), remedy)
        return
    yield judged(model.name, objects.form.value, time.monotonic() - began, budget_s)


def judged(name: str, form: str, look_s: float, budget_s: float) -> Finding:
    """Pure. An event is looked at once or twice."""
    said = f"{name} ({form}) takes {look_s:.2f} s a picture"
    if look_s > budget_s:
        return warn(
            "object model",
            f"{said}, more than the {budget_s:g} s an event may cost",
            "Take a smaller model or one for smaller pictures, or raise OBJECT_BUDGET_S.",
        )
    return ok("object model", said)
