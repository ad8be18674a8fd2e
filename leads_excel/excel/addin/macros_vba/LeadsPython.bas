Attribute VB_Name = "LeadsPython"
' How a formula comes to Python: by xlwings, and where Python has ended meanwhile by a new one. What fails is one line.
Option Explicit
Option Private Module

' How errors are told apart: by the number that xlwings raises, VBA has for a file or DLL, or COM gives.
Private Const NO_DLL As Long = 1
Private Const FILE_NOT_FOUND As Long = 53
Private Const NOT_STARTED As Long = 1000
Private Const AUTOMATION As Long = 440
Private Const SERVER_UNAVAILABLE As Long = 462
Private Const RAISED_IN_PYTHON As Long = -2147467259
Private Const CALL_REJECTED As Long = -2147418111
Private Const RETRY_LATER As Long = -2147417846
Private Const CLASS_NOT_REGISTERED As String = "-2147221164"

Private notBefore As Date
Private lastCommand As String
Private lastFailure As String

Public Function CallPython(place As String, formula As String, arguments As Variant) As Variant
    ' Calls a function of a Python module. It only reads, so it can be called again by another Python.
    Dim again As Boolean
    Dim code As Long
    Dim text As String
    If Now < notBefore Then
        If XLPyCommand = lastCommand Then Err.Raise NOT_STARTED, Description:=lastFailure
    End If
    On Error GoTo failed
ask:
    CallPython = XLPy.CallUDF((place), (formula), (arguments), ActiveWorkbook, Application.Caller)
    Exit Function
failed:
    code = Err.Number
    text = Err.Description
    If Not again And HasEnded(code, text) Then
        again = True
        EndPython
        Resume ask
    End If
    lastFailure = Told(code, text)
    ' A Python that does not start would be waited for by each formula of a sheet.
    If code = NOT_STARTED Then
        lastCommand = XLPyCommand
        notBefore = DateAdd("n", 1, Now)
    End If
    Err.Raise NOT_STARTED, Description:=lastFailure
End Function

Private Sub EndPython()
    ' Another number makes another command line: xlwings starts a new Python for that, whatever it has of the old ones.
    ' The second of the day is one that it has not seen: this module forgets when the add-in is opened again, xlwings not.
    On Error Resume Next
    KillPy
    PythonNumber = CLng(Timer)
End Sub

Private Function HasEnded(code As Long, text As String) As Boolean
    ' Whether the Python that was called is no more, or is of a version that is no more.
    If code = RAISED_IN_PYTHON Then
        HasEnded = InStr(text, "leads_excel was upgraded") > 0
    ElseIf code = NOT_STARTED Then
        HasEnded = InStr(text, "hr = ") > 0 And InStr(text, CLASS_NOT_REGISTERED) = 0
    ElseIf code = CALL_REJECTED Or code = RETRY_LATER Then
        HasEnded = False
    Else
        HasEnded = code < 0 Or code = SERVER_UNAVAILABLE Or code = AUTOMATION
    End If
End Function

Private Function Told(code As Long, text As String) As String
    ' What a cell shows; nothing of an error's own text, which may hold somebody's data.
    Dim install As String
    install = "close Excel, run 'leads-excel addin install', start Excel."
    If code = NO_DLL Or code = FILE_NOT_FOUND Then
        Told = "#LEADS There is no xlwings " & XLWINGS_VERSION & " beside Python any more: " & install
    ElseIf code = NOT_STARTED Then
        Told = "#LEADS Python does not start: run 'leads-excel doctor'; if that does not help, " & install
    ElseIf code = RAISED_IN_PYTHON Then
        Told = "#LEADS Python could not take this formula (" & Left(text, InStr(text & ":", ":") - 1) & "): if leads-excel was upgraded, " & install
    ElseIf HasEnded(code, text) Then
        Told = "#LEADS Python ended twice over this formula: ask for fewer days, or run 'leads-excel doctor'."
    Else
        Told = "#LEADS Python could not be asked (error " & code & "): wait, press Ctrl+Alt+F9, or run 'leads-excel doctor'."
    End If
End Function
