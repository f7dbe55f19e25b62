"""The one error a person who runs a command is meant to read."""


class InfraError(Exception):
    """A command cannot go on; the text says what is wrong and what to do, and is shown without a traceback."""
