"""The project's computations once more, one agent and one trial at a time.

Each is written from the definitions, not from the project's code, and gives two things at once:
an independent answer, and the speed that a plain program has.
"""
