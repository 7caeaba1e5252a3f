"""`mocam check`: one look at everything that MoCam stands on, each with what to do about it.

A probe a subject. Readings (what the machine says) are apart from judging them (pure): the first differ from machine to
machine, the second must be right on all of them.
"""
