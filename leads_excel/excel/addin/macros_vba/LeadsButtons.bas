Attribute VB_Name = "LeadsButtons"
' What the buttons on Home run. The work is done by the Python package leads_excel.
Option Explicit

Public Sub LeadsRefresh()
    RunLeads "refresh"
End Sub

Public Sub LeadsReload()
    RunLeads "reload"
End Sub

Public Sub LeadsCheckConnection()
    RunLeads "check_connection"
End Sub

Public Sub LeadsClearData()
    RunLeads "clear_data"
End Sub

Public Sub LeadsAbout()
    RunLeads "about"
End Sub
