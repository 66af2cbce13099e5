"""Devices in the list of sessions can be told apart."""

import pytest

from shizheng.common.devices import device_name

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
IOS = "AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/141.0.0.0 Safari/537.36", "Chrome 141, Linux"),
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} HeadlessChrome/141.0 Safari/537.36", "Chrome 141, Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.1", "Edge 140, Windows"),
        (f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36", "Samsung Internet 28, Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox 143, Windows"),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {IOS} Version/18.6 Mobile/15E148 Safari/604.1", "Safari 18, iPhone"),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {IOS} CriOS/141.0 Mobile/15E148 Safari/604.1", "Chrome 141, iPhone"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {IOS} Version/26.0 Safari/605.1.15", "Safari 26, macOS"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("x" * 80, "x" * 59 + "…"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_header_is_told_as_browser_and_system(agent: str, name: str) -> None:
    assert device_name(agent) == name
