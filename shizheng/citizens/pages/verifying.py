"""驗證收據: what a receipt says and whether it is ours; the keys and a script for doing so without us."""

from importlib.resources import files

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.citizens.forms import VerifyForm
from shizheng.citizens.pages.shared import open_to_all
from shizheng.citizens.queries.keys import public_keys
from shizheng.citizens.rules import receipts
from shizheng.web.changing import FORMS


def _why(code: str) -> str:
    return {
        "shape": _("這不是本系統的收據，或檔案不完整。請用下載的 JSON 檔，不要改內容。"),
        "key": _("這份收據不是用本市的金鑰簽的，或金鑰已經更換。"),
        "changed": _("簽章不符：收據的內容被改過。"),
    }[code]


@open_to_all(sent="verify")
@require_http_methods(FORMS)
def verify(request: HttpRequest) -> HttpResponse:
    """Check a receipt; nothing of it is kept."""
    form = VerifyForm(request.POST, request.FILES) if request.method == "POST" else VerifyForm()
    payload, wrong = None, ""
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        text = (
            file.read(receipts.LARGEST + 1).decode("utf-8", "replace") if file else form.cleaned_data["text"]
        )
        try:
            payload = receipts.checked(text.strip(), {each["kid"]: each for each in public_keys()})
        except receipts.NotOurs as failure:
            wrong = _why(str(failure))
    context = {"form": form, "payload": payload, "wrong": wrong}
    return render(request, "citizens/verify.html", context, status=422 if wrong or form.errors else 200)


@open_to_all(kept=True)
@require_safe
def keys(request: HttpRequest) -> JsonResponse:
    """The public keys of receipts (RFC 7517)."""
    answer = JsonResponse({"keys": public_keys()}, content_type="application/jwk-set+json")
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@open_to_all(kept=True)
@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """The script that checks a receipt without us."""
    text = files("shizheng.citizens").joinpath("data", "check_receipt.py").read_text(encoding="utf-8")
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
