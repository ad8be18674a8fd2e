Attribute VB_Name = "LeadsButtons"
' What the buttons on Home run. The work is done by the Python package leads_excel.
Option Explicit

Public Sub LeadsRefresh()
    RunPython "import leads_excel.excel.macros as macros; macros.refresh()"
End Sub

Public Sub LeadsReload()
    RunPython "import leads_excel.excel.macros as macros; macros.reload()"
End Sub

Public Sub LeadsCheckConnection()
    RunPython "import leads_excel.excel.macros as macros; macros.check_connection()"
End Sub

Public Sub LeadsClearData()
    RunPython "import leads_excel.excel.macros as macros; macros.clear_data()"
End Sub

Public Sub LeadsAbout()
    RunPython "import leads_excel.excel.macros as macros; macros.about()"
End Sub
