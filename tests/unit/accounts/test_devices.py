"""What people recognize their devices by."""

import pytest

from chalicelib.accounts.devices import device_of

_MOZILLA = "Mozilla/5.0"
_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (f"{_MOZILLA} (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Windows"),
        (f"{_MOZILLA} (Windows NT 10.0; Win64; x64) {_CHROME} YaBrowser/25.8 Safari/537.36", "Yandex Browser, Windows"),
        (f"{_MOZILLA} (X11; Linux x86_64) {_CHROME} Safari/537.36 Edg/142.0", "Edge, Linux"),
        (f"{_MOZILLA} (Linux; Android 14; SM-A546E) {_CHROME} Mobile Safari/537.36", "Chrome, Android"),
        (f"{_MOZILLA} (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("curl/8.14 <script>", ""),
        ("", ""),
    ],
)
def test_browser_and_system_are_named_and_nothing_that_was_sent(user_agent: str, device: str) -> None:
    assert device_of(user_agent) == device
