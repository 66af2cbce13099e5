from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "shizheng.kernel.people"
    verbose_name = _("人員")

    def ready(self) -> None:
        from shizheng.kernel.organisations.queries import set_holders
        from shizheng.kernel.people import queries, signals
        from shizheng.web.nav import NavEntry, register

        signals.connect()
        set_holders(queries.people_of_unit)
        register(NavEntry(_("人員"), "people:people", "users", "people.view", 20, area="system"))
        register(NavEntry(_("角色與權限"), "people:matrix", "shield-lock", "people.view", 30, area="system"))
        register(NavEntry(_("登入鎖定"), "people:guards", "lock", "people.manage", 35, area="system"))
        register(NavEntry(_("我的帳號"), "people:me", "user-cog", None, 10, area="account"))
