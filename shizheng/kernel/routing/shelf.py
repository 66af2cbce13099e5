"""Where models lie: bytes by their hash in the data folder, and beside them which versions a name has. Knows no database.

`names/<name>.json` is what the command line goes by; the product's own rows name the same bytes by the same hash.
"""

import json
import os
import re
import tempfile
from collections import OrderedDict
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock

from shizheng.common.errors import BadInput, CannotDo, NotFound
from shizheng.common.words import listed, tell
from shizheng.kernel.files.store import FileDamaged, Store
from shizheng.kernel.routing.rules import NotAModel, TextModel, unpack

FOLDER = "routing"
NAME = re.compile(r"[A-Za-z0-9一-鿿][A-Za-z0-9一-鿿_.-]{0,59}")
_REMEMBERED = 4
_memory: OrderedDict[str, TextModel] = OrderedDict()
_lock = Lock()


class ModelDamaged(CannotDo):
    """The bytes of a model are there as they were kept, but this version of the product cannot read them."""

    status = 500
    code = "model_damaged"


@dataclass(frozen=True, slots=True)
class Kept:
    """A version on the shelf: its number within the name (from 1), its hash, when and from what it was made."""

    number: int
    sha256: str
    made_at: str
    made_from: str


@dataclass(frozen=True, slots=True)
class Name:
    """A name with its versions; `active` is the number of the one that answers."""

    name: str
    active: int
    versions: tuple[Kept, ...]

    def version(self, number: int | None = None) -> Kept:
        """A version by its number, the active one without. Raises NotFound."""
        wanted = self.active if number is None else number
        found = next((each for each in self.versions if each.number == wanted), None)
        if found is None:
            raise NotFound(
                tell(
                    "模型 %(name)s 沒有第 %(n)s 版；有第 %(there)s 版。",
                    name=self.name, n=wanted, there=listed(each.number for each in self.versions),
                )
            )  # fmt: skip
        return found


class Shelf(Store):
    """The models of a data folder (of the running product where none is given)."""

    def __init__(self, data_dir: Path | None = None) -> None:
        super().__init__(FOLDER)
        self._data_dir = data_dir

    def folder(self) -> Path:
        """The folder of the models."""
        return super().folder() if self._data_dir is None else self._data_dir / self.name

    def model(self, sha256: str) -> TextModel:
        """The model of that hash, checked; the last few stay in memory. Raises FileDamaged, ModelDamaged."""
        with _lock:
            if sha256 in _memory:
                _memory.move_to_end(sha256)
                return _memory[sha256]
        try:
            found = unpack(self.read(sha256))
        except NotAModel as failure:
            raise ModelDamaged(
                tell("模型的檔案讀不懂（%(why)s），沒有使用。請退回前一版，或重新訓練。", why=failure)
            ) from failure
        with _lock:
            _memory[sha256] = found
            while len(_memory) > _REMEMBERED:
                _memory.popitem(last=False)
        return found

    def names(self) -> list[str]:
        """Every name that the command line has trained."""
        return sorted(each.stem for each in (self.folder() / "names").glob("*.json"))

    def name_of(self, name: str) -> Name:
        """A name with its versions. Raises NotFound."""
        try:
            held = json.loads(self._card(name).read_text(encoding="utf-8"))
            return Name(name, int(held["active"]), tuple(Kept(**each) for each in held["versions"]))
        except FileNotFoundError:
            there = self.names()
            known = tell("有：%(names)s。", names=listed(there)) if there else tell("目前一個模型都沒有。")
            raise NotFound(
                tell(
                    "沒有叫 %(name)s 的模型。%(known)s先用 shizheng routing train 訓練。",
                    name=name,
                    known=known,
                ),
                code="no_such_model",
            ) from None
        except (ValueError, KeyError, TypeError) as failure:
            raise FileDamaged(
                tell(
                    "模型 %(name)s 的版本清單壞了（%(path)s），沒有使用。請從備份還原。",
                    name=name,
                    path=self._card(name),
                )
            ) from failure

    def add(self, name: str, data: bytes, *, made_at: str, made_from: str) -> Kept:
        """Keep a model as the next version of its name, which answers from now on."""
        card = self._card(name)
        before = self.name_of(name).versions if card.exists() else ()
        number = max((each.number for each in before), default=0) + 1
        made = Kept(number, self.keep(data), made_at, made_from)
        self._write(Name(name, number, (*before, made)))
        return made

    def go_back(self, name: str, number: int) -> Name:
        """Let an earlier (or later) version answer; all are kept. Raises NotFound, FileDamaged where its bytes are not good."""
        held = self.name_of(name)
        self.model(held.version(number).sha256)
        self._write(Name(name, number, held.versions))
        return self.name_of(name)

    def need_name(self, name: str) -> None:
        """Raise BadInput where a model cannot be called that."""
        self._card(name)

    def named(self) -> set[str]:
        """The hashes that some name has a version of."""
        return {each.sha256 for name in self.names() for each in self.name_of(name).versions}

    def _card(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise BadInput(
                tell(
                    "模型的名稱只能用中文、英文、數字與 _ . -，60 字以內，不以符號開頭：%(name)s",
                    name=name[:80],
                ),
                code="bad_name",
            )
        return self.folder() / "names" / f"{name}.json"

    def _write(self, held: Name) -> None:
        place = self._card(held.name)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, fresh = tempfile.mkstemp(prefix=".new-", dir=place.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(asdict(held), file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            Path(fresh).replace(place)
        except BaseException:
            Path(fresh).unlink(missing_ok=True)
            raise
