Attribute VB_Name = "LeadsMacros"
' How buttons run Python: xlwings' RunPython, with something to see from the first moment.
Option Explicit

Private Const STARTING As String = "Leads: starting"

Public Sub RunLeads(ByVal macro As String)
    ' The name of a function in leads_excel.excel.macros, which takes the status bar over.
    On Error GoTo ended
    Application.StatusBar = STARTING
    RunPython "import leads_excel.excel.macros as macros; macros." & macro & "()"
ended:
    If CStr(Application.StatusBar) = STARTING Then Application.StatusBar = False
    If Err.Number <> 0 Then MsgBox Err.Description, vbCritical, "Leads"
End Sub

Public Function BeforeXlwings(PythonCommand As String) As String
    ' What Python loads before xlwings; nothing for commands of others, who may need all that xlwings can do.
    If Left$(PythonCommand, 19) = "import leads_excel." Then BeforeXlwings = "import leads_excel.excel.starting;"
End Function
