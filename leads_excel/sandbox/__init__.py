"""A simulated DMS for demonstrations, training and tests: the API page's rules over synthetic leads.

`Sandbox` answers in process, `SandboxServer` over real HTTP on this machine only. Nobody in it exists.

In: a request as the API gets it. Out: what the DMS would answer, or a fault on purpose.
May import: sandbox.synthetic.
"""

from leads_excel.sandbox.api import Answer, Sandbox, SignIn
from leads_excel.sandbox.faults import Faults
from leads_excel.sandbox.server import Exchange, SandboxServer

__all__ = ["Answer", "Exchange", "Faults", "Sandbox", "SandboxServer", "SignIn"]
