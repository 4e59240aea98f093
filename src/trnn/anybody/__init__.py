"""Anybody's table of choices: read, estimated, written and shown, without an experiment."""
