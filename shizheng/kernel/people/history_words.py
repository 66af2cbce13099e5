"""What the actions of people are called in the history."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "people.create_person": _("新增人員"),
    "people.change_person": _("修改人員資料"),
    "people.open_account": _("啟用帳號"),
    "people.change_password": _("更改密碼"),
    "people.reset_password": _("給臨時密碼"),
    "people.set_up_second_factor": _("設定動態密碼"),
    "people.remove_second_factor": _("移除動態密碼"),
    "people.reset_second_factor": _("重設動態密碼"),
    "people.set_preferences": _("改個人設定"),
    "people.sign_in": _("登入"),
    "people.sign_out": _("登出"),
    "people.end_sessions": _("結束登入"),
    "people.note_event": _("記下登入情形"),
    "people.note_failure": _("記下登入失敗"),
    "people.forget_old_guards": _("清除過期的鎖定紀錄"),
    "people.unlock": _("解除鎖定"),
    "people.assign_role": _("指派角色"),
    "people.end_assignment": _("結束角色"),
    "people.delegate": _("設定代理"),
    "people.end_delegation": _("結束代理"),
    "people.create_role": _("新增角色"),
    "people.change_role": _("修改角色"),
    "people.remove_role": _("停用角色"),
    "people.set_matrix": _("設定角色權限"),
    "people.load_shipped_roles": _("載入隨附的角色"),
    "people.create_token": _("建立介面金鑰"),
    "people.revoke_token": _("廢止介面金鑰"),
}
