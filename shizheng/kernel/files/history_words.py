"""What the actions of files are called in the history."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "files.hold": _("上傳附件（尚未送出）"),
    "files.let_go": _("放棄上傳的附件"),
    "files.keep": _("存入附件"),
    "files.seal": _("彌封附件"),
    "files.unseal": _("解除彌封"),
    "files.erase": _("清除附件內容"),
    "files.read_sealed": _("開啟彌封的附件"),
    "files.make_previews": _("製作附件預覽"),
    "files.clear_away": _("清除沒有送出的附件"),
}
