"""Measures detection: on real footage with labels, and on footage made here whose truth is known exactly."""
