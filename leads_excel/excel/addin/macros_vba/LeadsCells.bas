Attribute VB_Name = "LeadsCells"
' What the formulas look at in Excel before Python is called.
Option Explicit
Option Private Module

Public Function InUse(argument)
    ' A range as far as its sheet is in use: A:A has a million rows. What is no range stays what it is.
    ' Of several areas Python would see the first alone, so it is told that they are several.
    Dim used
    If Not IsObject(argument) Then
        InUse = argument
    ElseIf argument.Areas.Count > 1 Then
        InUse = "#AREAS!"
    ElseIf argument.CountLarge > 1000 Then
        Set used = Application.Intersect(argument, argument.Worksheet.UsedRange)
        If used Is Nothing Then
            Set InUse = argument.Cells(1, 1)
        Else
            Set InUse = argument.Worksheet.Range(argument.Cells(1, 1), used)
        End If
    Else
        Set InUse = argument
    End If
End Function

Public Function WaitingCell()
    ' The cell that shows "loading" meanwhile, and is calculated again when its result has arrived.
    ' There is none where nobody would see that happen: called from VBA, in a macro, without automatic calculation.
    WaitingCell = Empty
    If Application.UserControl And Application.ScreenUpdating And Application.Calculation <> xlCalculationManual Then
        If IsObject(Application.Caller) Then Set WaitingCell = Application.Caller
    End If
End Function
