"""The build finds what is used; the lock names no host; what ships is attributed."""

import json
import os
import re
from pathlib import Path

import pytest

from shizheng.web import assets, build, geography, nav
from shizheng.web.templatetags import ui

ROOT = build.ROOT


def test_the_lock_names_no_download_address_and_pins_by_integrity() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages and not [name for name, entry in packages.items() if "resolved" in entry]
    assert not [name for name, entry in packages.items() if "integrity" not in entry]
    assert "http" not in re.sub(
        r'"(funding|url)".*', "", json.dumps({n: e.get("resolved", "") for n, e in packages.items()})
    )


def test_direct_dependencies_are_pinned_exactly() -> None:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    for name, version in {**package["dependencies"], **package["devDependencies"]}.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name


def test_icons_are_found_in_templates_python_and_the_list() -> None:
    names = build.used_icons()
    assert {"calendar-time", "circle-check", "inbox", "lock"} <= set(names)


def test_icons_of_the_navigation_are_found_whatever_their_label_is_made_of() -> None:
    assert {entry.icon for entry in nav.entries()} <= set(build.used_icons())


def test_a_page_with_an_icon_that_no_build_finds_fails_its_test() -> None:
    name = "no-such-icon"  # the build reads tests as well: it must not find it in a call
    with pytest.raises(LookupError, match=name):
        ui.icon(name)


def test_an_unknown_icon_stops_the_build_and_is_named() -> None:
    if not (ROOT / "node_modules" / "@tabler" / "icons").exists():
        pytest.skip("前端套件還沒有安裝：執行 python -m shizheng.web.build")
    with pytest.raises(build.BuildFailed, match="no-such-icon"):
        build.make_sprite(["no-such-icon"])


def test_a_second_build_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    if not assets.manifest():
        pytest.skip("畫面資源還沒有建置：執行 python -m shizheng.web.build")
    build.build(build.Say())
    monkeypatch.setattr(build, "_run", lambda *a: pytest.fail("built again"))
    assert build.build(build.Say()) is False


def test_files_of_earlier_builds_stay_for_a_day(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir(), new.mkdir()
    for name, age in (("main-a.js", 60), ("main-b.js", 90_000)):
        (old / name).write_text(name)
        born = new.stat().st_mtime - age
        os.utime(old / name, (born, born))
    build.keep_recent(old, new)
    assert [path.name for path in new.iterdir()] == ["main-a.js"]


def test_what_every_page_loads_stays_small() -> None:
    import gzip

    if not assets.manifest():
        pytest.skip("畫面資源還沒有建置：執行 python -m shizheng.web.build")
    size = {
        kind: sum(len(gzip.compress((assets.FOLDER / name).read_bytes())) for entry in ("main", "theme")
                  for name in assets.manifest()["entries"][entry][kind])
        for kind in ("css", "js")
    }  # fmt: skip
    assert size["css"] < 100_000 and size["js"] < 60_000


def test_the_districts_are_twenty_nine_with_attribution_and_small() -> None:
    districts = geography.districts()
    assert len(districts) == len({d.code for d in districts}) == 29
    assert all(re.fullmatch(r"66000\d{3}", d.code) and d.name.endswith("區") for d in districts)
    assert geography.GEOMETRY.stat().st_size < 150_000
    assert "Open Government Data License" in (Path(geography.GEOMETRY).parent / "NOTICE").read_text(
        encoding="utf-8"
    )
