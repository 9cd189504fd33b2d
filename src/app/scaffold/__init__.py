"""Writes the rooms of a new context into a checkout of Freestone: `freestone new context`."""
