"""The error for people who run a command."""


class InfraError(Exception):
    """A command cannot continue. The message says what is wrong and what to do; it is shown without a traceback."""
