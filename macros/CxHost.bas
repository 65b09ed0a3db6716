Option Explicit

' The only module that touches the world outside: the open workbook, files, the clock, the screen, other programs.
' Excel for Windows, Excel for macOS and LibreOffice (which runs the tests) differ here and nowhere else.

Private Const FILE_NOT_FOUND = 53
Private Const NO_SUCH_PROGRAM = -2147024894
Private Const UI_LANGUAGE = 2
Private Const FOLDER_PICKER = 4
Private Const TEXT_ANSWER = 2
Private Const BEAT_SECONDS = 5
Private Const SCRIPT = "collabxl.applescript"

Public Function CxHasBook() As Boolean
    CxHasBook = Not ActiveWorkbook Is Nothing
End Function

Public Function CxInProtectedView() As Boolean
    On Error Resume Next
    CxInProtectedView = Application.ProtectedViewWindows.Count > 0
End Function

Public Function CxBookName() As String
    If CxHasBook() Then CxBookName = ActiveWorkbook.Name
End Function

' Empty for a workbook that was never saved.
Public Function CxBookFolder() As String
    If CxHasBook() Then CxBookFolder = ActiveWorkbook.Path
End Function

' LibreOffice gives the bare name as FullName.
Public Function CxBookFullName() As String
    If Not CxHasBook() Then Exit Function
    CxBookFullName = ActiveWorkbook.FullName
    If CxBookFullName = ActiveWorkbook.Name And ActiveWorkbook.Path <> "" Then
        CxBookFullName = ActiveWorkbook.Path & CxSeparator() & ActiveWorkbook.Name
    End If
End Function

Public Function CxBookReadOnly() As Boolean
    On Error Resume Next
    CxBookReadOnly = ActiveWorkbook.ReadOnly
End Function

Public Function CxHwnd() As String
    On Error Resume Next
    CxHwnd = "0"
    CxHwnd = CStr(Application.Hwnd)
End Function

' A Windows language id; 0 if this program does not tell.
Public Function CxUiLanguage() As Long
    On Error Resume Next
    CxUiLanguage = Application.LanguageSettings.LanguageID(UI_LANGUAGE)
End Function

Public Function CxSeparator() As String
    CxSeparator = Application.PathSeparator
End Function

' A path with its %NAMES% of the environment filled in.
Public Function CxExpand(ByVal path As String) As String
    Dim pieces As Variant, i As Long
    pieces = Split(path, "%")
    For i = 1 To UBound(pieces) - 1 Step 2
        pieces(i) = Environ(CStr(pieces(i)))
    Next i
    CxExpand = Join(pieces, "")
End Function

' Whole or not at all: whoever looks for the file never sees half of it.
Public Function CxWrite(ByVal path As String, ByVal text As String) As Boolean
    Dim file As Integer, draft As String
    On Error GoTo Failed
    CxMakeFolders Left$(path, InStrRev(path, CxSeparator()) - 1)
    draft = Left$(path, InStrRev(path, ".")) & "tmp"
    file = FreeFile
    Open draft For Output As #file
    Print #file, text
    Close #file
    Name draft As path
    CxWrite = True
    Exit Function
Failed:
    CxDelete draft
End Function

Private Sub CxMakeFolders(ByVal folder As String)
    On Error Resume Next
    MkDir Left$(folder, InStrRev(folder, CxSeparator()) - 1)
    MkDir folder
End Sub

' Empty if there is no such file.
Public Function CxRead(ByVal path As String) As String
    Dim file As Integer, told As String
    On Error GoTo Failed
    If Dir(path) = "" Then Exit Function
    file = FreeFile
    Open path For Input As #file
    Do Until EOF(file)
        Line Input #file, told
        CxRead = CxRead & told & vbLf
    Loop
    Close #file
Failed:
End Function

Public Sub CxDelete(ByVal path As String)
    On Error Resume Next
    Kill path
End Sub

' True while "collabxl watch" keeps its file fresh: it takes the job, nothing has to be started.
Public Function CxWatched(ByVal jobs As String) As Boolean
    On Error Resume Next
    CxWatched = DateDiff("s", FileDateTime(jobs & CxSeparator() & "watch.beat"), Now) < BEAT_SECONDS
End Function

' Starts collabxl and does not wait; the key of what went wrong, empty if nothing did.
Public Function CxLaunch(ByVal exe As String, ByVal id As String, ByVal jobs As String) As String
    Dim commandLine As String, starter As Object
    On Error GoTo Failed
    If CxOnMac() Then
        CxScript "launch", exe & vbLf & id & vbLf & jobs
        Exit Function
    End If
    commandLine = CxQuote(exe) & " ribbon-run --job " & id & " --jobs " & CxQuote(jobs)
    Set starter = CxStarter()
    If starter Is Nothing Then
        Shell commandLine, vbHide
    Else
        starter.Run commandLine, vbHide, False
    End If
    Exit Function
Failed:
    If Err.Number = FILE_NOT_FOUND Or Err.Number = NO_SUCH_PROGRAM Then
        CxLaunch = "err.noexe"
    Else
        CxLaunch = "err.launch"
    End If
End Function

' Takes names in any language, which Shell does not; Nothing where Windows Script Host is missing or switched off.
Private Function CxStarter() As Object
    On Error Resume Next
    Set CxStarter = CreateObject("WScript.Shell")
End Function

Private Function CxOnMac() As Boolean
    On Error Resume Next
    CxOnMac = InStr(Application.OperatingSystem, "Macintosh") > 0
End Function

' Only asked for on macOS: elsewhere VBA does not know AppleScriptTask, and LibreOffice does not know #If.
Private Function CxScript(ByVal task As String, ByVal said As String) As String
#If Mac Then
    CxScript = AppleScriptTask(SCRIPT, task, said)
#End If
End Function

Public Sub CxLater(ByVal procedure As String, ByVal seconds As Long)
    Application.OnTime Now + TimeSerial(0, 0, seconds), "'" & ThisWorkbook.Name & "'!" & procedure
End Sub

Public Sub CxStatus(ByVal text As Variant)
    Application.StatusBar = text
End Sub

' The status bar shows every language; a message box only what the system's code page has, else it speaks English.
Public Sub CxTell(ByVal text As String, ByVal english As String, ByVal isGood As Boolean)
    CxStatus text
    MsgBox IIf(CxShows(text), text, english), IIf(isGood, vbInformation, vbExclamation), "collabxl"
End Sub

Private Function CxShows(ByVal text As String) As Boolean
    Dim i As Long
    For i = 1 To Len(text)
        If Asc(Mid$(text, i, 1)) = 63 And Mid$(text, i, 1) <> "?" Then Exit Function
    Next i
    CxShows = True
End Function

' Empty if the user cancels.
Public Function CxAskText(ByVal prompt As String, ByVal proposal As String) As String
    Dim answer As Variant
    answer = Application.InputBox(prompt, "collabxl", proposal, , , , , TEXT_ANSWER)
    If VarType(answer) = vbString Then CxAskText = Trim$(answer)
End Function

' Empty if the user cancels.
Public Function CxAskFolder(ByVal prompt As String) As String
    Dim picker As Object
    On Error GoTo Cancelled
    If CxOnMac() Then
        CxAskFolder = CxScript("pick", prompt)
        Exit Function
    End If
    Set picker = Application.FileDialog(FOLDER_PICKER)
    picker.Title = prompt
    If picker.Show = -1 Then CxAskFolder = picker.SelectedItems(1)
Cancelled:
End Function

Public Sub CxOpen(ByVal path As String)
    On Error Resume Next
    If InStr(LCase$(path), ".xls") > 0 Then
        Workbooks.Open path
    Else
        ThisWorkbook.FollowHyperlink path
    End If
End Sub

Public Function CxSeconds() As Double
    CxSeconds = CDbl(Now) * 86400
End Function

Public Function CxToday() As String
    CxToday = Format$(Date, "yyyy-mm-dd")
End Function

Public Function CxNewId() As String
    Randomize
    CxNewId = CStr(CLng(Date)) & "-" & CStr(Hour(Now) * 10000& + Minute(Now) * 100 + Second(Now)) & "-" & CStr(Int(Rnd * 1000000))
End Function
