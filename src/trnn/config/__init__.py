"""Typed configuration: what may be set, with units, ranges and defaults."""
