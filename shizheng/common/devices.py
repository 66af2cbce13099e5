"""Which browser on which system a User-Agent header tells of, short enough for a list of signed-in devices."""

import re

# The first that matches: those that call themselves Chrome or Safari besides stand before Chrome and Safari.
BROWSERS = (
    ("Edge", re.compile(r"\bEdg(?:A|iOS)?/(\d+)")),
    ("Opera", re.compile(r"\bOPR/(\d+)")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/(\d+)")),
    ("LINE", re.compile(r"\bLine/(\d+)")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/(\d+)")),
    ("Chrome", re.compile(r"\b(?:Headless)?(?:Chrome|CriOS)/(\d+)")),
    ("Safari", re.compile(r"\bVersion/(\d+)\S* (?:Mobile/\S+ )?Safari/")),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows NT"),
    ("ChromeOS", "CrOS"),
    ("macOS", "Mac OS X"),
    ("Linux", "Linux"),
)
LONGEST = 60


def device_name(agent: str) -> str:
    """`Chrome 141, Windows`; for programs and what is not known, the header itself, cut; empty for an empty one."""
    browser = next((f"{name} {met[1]}" for name, mark in BROWSERS if (met := mark.search(agent))), "")
    system = next((name for name, mark in SYSTEMS if mark in agent), "")
    if browser:
        return f"{browser}, {system}" if system else browser
    agent = " ".join(agent.split())
    return agent if len(agent) <= LONGEST else agent[: LONGEST - 1] + "…"
