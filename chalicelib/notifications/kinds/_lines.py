"""What people wrote in several lines, as mails show it."""


def lines_of(text: str | None) -> tuple[str, ...]:
    """Return the lines of what somebody wrote, without blank ones: what is shown line by line stays readable."""
    return tuple(line for line in (text or "").split("\n") if line.strip())
