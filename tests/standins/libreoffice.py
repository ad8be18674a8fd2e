"""LibreOffice as a second reader of VBA: a Basic program opens workbooks with macros, looks at them, runs them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from programs import run

if TYPE_CHECKING:
    from pathlib import Path

_SECONDS = 40
PROGRAM = shutil.which("soffice")

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_LIBRARY = "http://openoffice.org/2000/library"
_PROFILE = {
    "registrymodifications.xcu": """\
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" \
oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Setup/Office"><prop oor:name="ooSetupInstCompleted" oor:op="fuse">\
<value>true</value></prop></item>
</oor:items>""",
    "basic/script.xlc": f"""\
<library:libraries xmlns:library="{_LIBRARY}" xmlns:xlink="http://www.w3.org/1999/xlink">
<library:library library:name="Standard" xlink:href="$(USER)/basic/Standard/script.xlb/" xlink:type="simple" \
library:link="false"/>
</library:libraries>""",
    "basic/Standard/script.xlb": f"""\
<library:library xmlns:library="{_LIBRARY}" library:name="Standard" library:readonly="false" \
library:passwordprotected="false"><library:element library:name="Driver"/></library:library>""",
    "basic/Standard/Driver.xba": """\
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Driver" script:language="StarBasic">\
$source</script:module>""",
}


def run_basic(source: str, folder: Path) -> None:
    """Run the macro `Main` of a Basic module in a LibreOffice of its own and wait for the end.

    Args:
        source: The module. LibreOffice is closed when `Main` returns.
        folder: An empty folder for its profile.

    Raises:
        TimeoutError: It has not come to an end in time: a runtime error shows a message box nobody sees.
    """
    driver = f"{source}\nSub Start\nMain\nStarDesktop.terminate\nEnd Sub\n"
    for name, content in _PROFILE.items():
        path = folder / "user" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_XML + content.replace("$source", escape(driver)), encoding="utf-8")
    profile = f"-env:UserInstallation={folder.as_uri()}"
    command = [
        PROGRAM,
        profile,
        "--headless",
        "--norestore",
        "--nologo",
        "--nodefault",
        "macro:///Standard.Driver.Start",
    ]
    run(command, limit=_SECONDS)
