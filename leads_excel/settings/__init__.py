"""What is in force: which API, how to sign in, whose days, how patient.

In: variables, the settings file, the keychain. Out: one frozen `Settings`, or an error that names the setting.
May import: captions, exceptions.
"""

from leads_excel.settings.model import Settings, login, logout

__all__ = ["Settings", "login", "logout"]
