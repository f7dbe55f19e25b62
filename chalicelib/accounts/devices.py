"""What a browser calls itself, cut to what people recognize their own devices by: ``Firefox, Windows``. Pure."""

# Most browsers claim to be others too: the first of these that is named is meant.
_BROWSERS = (
    *(("YaBrowser", "Yandex Browser"), ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet")),
    *(("FxiOS", "Firefox"), ("Firefox", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari")),
)
_SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("CrOS", "ChromeOS")),
    *(("Macintosh", "macOS"), ("Linux", "Linux")),
)


def device_of(user_agent: str) -> str:
    """Return browser and system of the header ``User-Agent``, "" if neither is known; never anything that was sent."""
    named = (next((name for sign, name in known if sign in user_agent), "") for known in (_BROWSERS, _SYSTEMS))
    return ", ".join(filter(None, named))
