"""The addresses that people open, from that of the API."""


def console_url(api_url: str) -> str:
    """Return the console's address; ``api_url`` ends with the version. The slash belongs to it: links are relative."""
    return f"{api_url.rstrip('/')}/console/"
