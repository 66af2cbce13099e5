"""The one API at /api/v1/: a router per app, one way to say who you are, one shape of failure."""

import json
import logging
from importlib import import_module
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.docs import Swagger
from ninja.openapi.schema import OpenAPISchema

from shizheng.common.api_errors import explain
from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.words import N_, read, tell
from shizheng.config.errors import too_large_text

log = logging.getLogger(__name__)


class Description(OpenAPISchema):
    """The description; what several operations answer with (above all how they fail) is put into words once."""

    def __init__(self, *given: Any) -> None:
        self._models: dict[tuple[Any, ...], tuple[dict[str, Any], bool]] = {}
        super().__init__(*given)

    def _create_schema_from_model(
        self, model: Any, *given: Any, **options: Any
    ) -> tuple[dict[str, Any], bool]:
        key = (model, given, tuple(sorted(options.items())))
        if key not in self._models:
            self._models[key] = super()._create_schema_from_model(model, *given, **options)
        return self._models[key]


class Api(NinjaAPI):
    """The API, described in the language of whoever asks; in each language it is put together once in a process."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._described: dict[tuple[str, str], Description] = {}

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        asked = get_language() or "", prefix
        if asked not in self._described:
            self._described[asked] = self._describe(prefix)
        return self._described[asked]

    def _describe(self, prefix: str) -> Description:
        schema = Description(self, prefix)
        schema["tags"] = [
            {"name": prefix, "description": f"{tell(name)}{tell('：')}{tell(about)}"}
            for prefix, _module, name, about in ROUTERS
        ]
        _say(schema)
        return schema


class Described(Swagger):
    """The page of the description: within the citizens' frame, so with its language and its colours."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **given: Any) -> HttpResponse:
        address = self.get_openapi_url(api, given)
        settings = json.dumps({**self.settings, "url": address, "docExpansion": "none"})
        return render(request, "web/api.html", {"swagger_settings": settings, "description": address})


def _say(part: Any) -> None:
    """Summaries and descriptions, wherever they stand."""
    for name, value in part.items() if isinstance(part, dict) else enumerate(part):
        if isinstance(value, (dict, list)):
            _say(value)
        elif name in ("summary", "description") and isinstance(value, str):
            part[name] = read(value)


api = Api(
    title="施政 Shizheng",
    version="1",
    description=N_(
        "施政計畫、指標、數字的來歷、行事曆、機關。權杖（Bearer）在「我的帳號」申請，權限不超過本人，可再限縮。"
    ),
    urls_namespace="api",
    docs=Described(),
)

ROUTERS = (
    (
        "calendar",
        "shizheng.kernel.calendar.api",
        N_("工作日曆"),
        N_("哪一天上班、期限落在哪一天、各版日曆與停班停課。"),
    ),
    (
        "organisations",
        "shizheng.kernel.organisations.api",
        N_("機關樹"),
        N_("各天的機關樹、一個機關的沿革、設立與改組。"),
    ),
    (
        "people",
        "shizheng.kernel.people.api",
        N_("人員與角色"),
        N_("帳號、在哪個單位任什麼角色、代理與權杖。"),
    ),
    ("files", "shizheng.kernel.files.api", N_("檔案與附件"), N_("上傳、檢查、下載與封存。")),
    (
        "rulebook",
        "shizheng.kernel.rulebook.api",
        N_("規則與版本"),
        N_("各天適用的規則、核准過的版本、兩天之間的不同。"),
    ),
    (
        "notifications",
        "shizheng.kernel.notifications.api",
        N_("通知"),
        N_("我的通知與設定、通知範本、寄出的信。"),
    ),
    (
        "measures",
        "shizheng.kernel.measures.api",
        N_("指標與數字"),
        N_("定義、填報的資料、算出的數字，以及每個數字的來歷。"),
    ),
    (
        "publication",
        "shizheng.kernel.publication.api",
        N_("公布的文件"),
        N_("公布過的文件、當時的數字與檔案、撤回。"),
    ),
    (
        "routing",
        "shizheng.kernel.routing.api",
        N_("分案模型"),
        N_("從文字判斷類別的模型：各版與成績單、啟用、退回、門檻、試判一段文字。"),
    ),
    (
        "filing",
        "shizheng.kernel.filing.api",
        N_("填報作業"),
        N_("填報期別與填報表：填寫、送出、簽核、鎖定、更正。"),
    ),
    (
        "intake",
        "shizheng.kernel.intake.api",
        N_("資料匯入"),
        N_("外來的檔案：上傳、欄位對應、預覽、匯入；匯入報告與記住的對應。"),
    ),
    (
        "meetings",
        "shizheng.kernel.meetings.api",
        N_("會議"),
        N_("會議系列、會議、議程、出席、決議與紀錄。"),
    ),
    (
        "planning",
        "shizheng.domains.planning.api",
        N_("施政計畫"),
        N_("計畫、目標、衡量指標、成果、評分與市長政見；看板。"),
    ),
    (
        "projects",
        "shizheng.domains.projects.api",
        N_("標案管考"),
        N_("標案、檢核點、預定進度、事件與每月進度；看板、排名與預警。"),
    ),
    (
        "procurement",
        "shizheng.domains.procurement.api",
        N_("採購督導與設計審議"),
        N_("流廢標督導案：列管、事件與原因、樣態與決標率；基本設計審議：步驟、委員、意見。"),
    ),
    (
        "commitments",
        "shizheng.domains.commitments.api",
        N_("列管事項"),
        N_("決議與承諾的列管：負責單位、辦理情形、展延、解列與機關看板。"),
    ),
    (
        "petitions",
        "shizheng.domains.petitions.api",
        N_("人民陳情"),
        N_("陳情案件：收受、受理、分案、退分、展延、擬答復、核定、結案；月報表。"),
    ),
    (
        "citizens",
        "shizheng.citizens.api",
        N_("市民服務"),
        N_("常見問題，陳情滿意度（各機關的邀請、回答與滿意）。"),
    ),
    ("history", "shizheng.kernel.history.api", N_("歷程"), N_("誰在何時改了什麼、為什麼。")),
    (
        "jobs",
        "shizheng.kernel.jobs.api",
        N_("背景執行的工作"),
        N_("排著的、做完的與失敗的工作；重跑與取消。"),
    ),
)
"""Of each group: its name for programs, its module, what it is called and what it holds."""
for prefix, module, _name, _about in ROUTERS:
    api.add_router(f"/{prefix}", import_module(module).router, tags=[prefix])


def _answer(request: HttpRequest, status: int, code: str, message: str, **more: Any) -> HttpResponse:
    return api.create_response(
        request, {"code": code, "message": message, "fields": {}, **more}, status=status
    )


@api.exception_handler(CannotDo)
def _cannot_do(request: HttpRequest, failure: CannotDo) -> HttpResponse:
    fields = failure.fields if isinstance(failure, BadInput) else {}
    return _answer(request, failure.status, failure.code, failure.message, fields=fields)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, failure: ValidationError) -> HttpResponse:
    fields: dict[str, list[str]] = {}
    for error in failure.errors:
        fields.setdefault(".".join(str(part) for part in error["loc"][1:]) or "body", []).append(
            explain(error)
        )
    return _answer(
        request,
        422,
        "invalid",
        tell("送來的內容不合格式，沒有執行任何動作；哪一欄、為什麼，見 fields。"),
        fields=fields,
    )


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, failure: RequestDataTooBig) -> HttpResponse:
    log.warning("%s: the body is too large", request.path)
    return _answer(request, 413, "too_large", too_large_text())


@api.exception_handler(DataError)
def _unstorable(request: HttpRequest, failure: DataError) -> HttpResponse:
    """A NUL character, a number beyond the column: input that no database row can hold."""
    log.warning("%s: %s", request.path, failure)
    return _answer(
        request,
        422,
        "unstorable",
        tell("送來的內容有存不進資料庫的字元或數字（例如 NUL 字元），沒有執行任何動作。"),
    )


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, failure: AuthenticationError) -> HttpResponse:
    return _answer(
        request, 401, "unauthenticated", tell("需要登入，或在 Authorization 標頭帶有效的權杖（Bearer）。")
    )


@api.exception_handler(HttpError)
def _http(request: HttpRequest, failure: HttpError) -> HttpResponse:
    return _answer(request, failure.status_code, "http_error", str(failure))


@api.exception_handler(Http404)
def _missing(request: HttpRequest, failure: Http404) -> HttpResponse:
    return _answer(request, 404, "not_found", tell("找不到，或您不能看。"))
