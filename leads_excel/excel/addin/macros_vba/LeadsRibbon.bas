Attribute VB_Name = "LeadsRibbon"
' What the buttons of the ribbon tab Leads run. The work is done by the Python package leads_excel.
Option Explicit

Public Sub RunMacro(control As IRibbonControl)
    ' The tag of the button is the name of a function in leads_excel.excel.macros.
    OpenBookIfNone
    RunLeads control.Tag
End Sub

Public Sub InsertFunction(control As IRibbonControl)
    OpenBookIfNone
    Application.Dialogs(xlDialogFunctionWizard).Show
End Sub

Public Sub HasFormulas(control As IRibbonControl, ByRef enabled)
    ' Formulas written in Python exist in Excel for Windows only.
    #If Mac Then
        enabled = False
    #Else
        enabled = True
    #End If
End Sub

Private Sub OpenBookIfNone()
    ' RunPython and the dialog both need an active workbook.
    If ActiveWorkbook Is Nothing Then Workbooks.Add
End Sub
