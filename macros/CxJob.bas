Option Explicit

' A job from the click to its message: ask, write it, start collabxl, look for the answer every second, say it.

Private Const PROTOCOL = 1
Private Const POLLS_UNTIL_TAKEN = 6
Private Const POLLS_UNTIL_DONE = 900
Private Const SECONDS_UNTIL_LOST = 30

Private running As String
Private polls As Long
Private polled As Double
Private taken As Boolean

Public Sub CxGo(ByVal verb As String, ByVal kind As String)
    Dim obstacle As String, arguments As String
    If CxIsRunning() Then
        obstacle = "err.running"
    Else
        obstacle = CxObstacle(verb, CxHasBook(), CxInProtectedView(), CxBookFolder(), CxBookReadOnly())
    End If
    If obstacle <> "" Then
        CxSay obstacle, Array()
    ElseIf CxAsk(verb, kind, arguments) Then
        CxStart verb, arguments
    End If
End Sub

' False also for a job whose clock has stopped: nobody will look for its answer any more.
Private Function CxIsRunning() As Boolean
    CxIsRunning = (running <> "" And CxSeconds() - polled < SECONDS_UNTIL_LOST)
End Function

' The key of what is in the way of a job, empty if nothing is.
Public Function CxObstacle(ByVal verb As String, ByVal hasBook As Boolean, ByVal inProtectedView As Boolean, _
        ByVal folder As String, ByVal readOnly As Boolean) As String
    If verb = "new" Then Exit Function
    If inProtectedView And Not hasBook Then
        CxObstacle = "err.protectedview"
    ElseIf Not hasBook Then
        CxObstacle = "err.nobook"
    ElseIf folder = "" Then
        CxObstacle = "err.unsaved"
    ElseIf readOnly And (verb = "sync" Or verb = "undo" Or verb = "merge") Then
        CxObstacle = "err.readonly"
    End If
End Function

' False if the user would rather not.
Private Function CxAsk(ByVal verb As String, ByVal kind As String, ByRef arguments As String) As Boolean
    Dim told As String, start As String
    CxAsk = True
    Select Case verb
        Case "new"
            told = CxAskText(CxWord("ask.name"), "")
            If told <> "" Then start = CxAskText(CxWord("ask.start"), CxToday())
            CxAsk = (told <> "" And start <> "")
            arguments = CxPair("name", told) & "," & CxPair("start", start)
        Case "split", "merge"
            told = CxAskFolder(CxWord("ask." & verb))
            CxAsk = (told <> "")
            arguments = CxPair("folder", told)
        Case "report"
            arguments = CxPair("kind", kind)
    End Select
End Function

Private Sub CxStart(ByVal verb As String, ByVal arguments As String)
    Dim id As String, fault As String
    id = CxNewId()
    If Not CxWrite(CxFile(id, "job"), CxJobText(id, verb, arguments)) Then
        CxSay "err.jobs", Array(CxJobs())
        Exit Sub
    End If
    If Not CxWatched(CxJobs()) Then fault = CxLaunch(CxExe(), id, CxJobs())
    If fault <> "" Then
        CxForget id
        CxSay fault, Array(CxExe())
        Exit Sub
    End If
    running = id
    polls = 0
    polled = CxSeconds()
    taken = False
    CxStatus CxFill(CxWord("msg.running"), Array(CxWord("button." & verb)))
    CxLater "CxPoll", 1
End Sub

Public Function CxJobText(ByVal id As String, ByVal verb As String, ByVal arguments As String) As String
    CxJobText = "{""protocol"":" & PROTOCOL & "," & CxPair("id", id) & "," & CxPair("verb", verb) & "," & _
        CxPair("book", CxBookName()) & "," & CxPair("fullname", CxBookFullName()) & "," & _
        """hwnd"":" & CxHwnd() & ",""pid"":0," & CxPair("addin", CxSetting("version")) & "," & _
        CxPair("lang", IIf(CxIsChinese(), "zh", "en")) & ",""args"":{" & arguments & "}}"
End Function

' Called by the clock until the answer is there.
Public Sub CxPoll()
    Dim answer As String
    If running = "" Then Exit Sub
    polls = polls + 1
    polled = CxSeconds()
    If Not taken Then taken = (CxRead(CxFile(running, "ack")) <> "")
    answer = CxRead(CxFile(running, "done"))
    If answer <> "" Then
        CxFinish answer
    ElseIf (Not taken And polls >= POLLS_UNTIL_TAKEN) Or polls >= POLLS_UNTIL_DONE Then
        CxEnd
        CxSay "err.python", Array()
    Else
        CxLater "CxPoll", 1
    End If
End Sub

' Called by the clock some time after a message.
Public Sub CxCalm()
    If running = "" Then CxStatus False
End Sub

Private Sub CxFinish(ByVal answer As String)
    Dim made As String
    CxEnd
    made = CxValue(answer, "open")
    If made <> "" Then CxOpen made
    If CxWord(CxValue(answer, "key")) = "" Then
        CxSay "err.other", Array(CxValue(answer, "code"), CxValue(answer, "arg0"))
    Else
        CxSay CxValue(answer, "key"), CxArguments(answer)
    End If
End Sub

Private Sub CxEnd()
    CxForget running
    running = ""
End Sub

Private Sub CxForget(ByVal id As String)
    Dim kind As Variant
    For Each kind In Array("job", "run", "ack", "done")
        CxDelete CxFile(id, CStr(kind))
    Next kind
End Sub

Private Sub CxSay(ByVal key As String, ByVal values As Variant)
    CxTell CxFill(CxWord(key), values), CxFill(CxEnglish(key), values), Left$(key, 4) = "msg."
    CxLater "CxCalm", 10
End Sub

Private Function CxFile(ByVal id As String, ByVal kind As String) As String
    CxFile = CxJobs() & CxSeparator() & id & "." & kind
End Function

Private Function CxJobs() As String
    CxJobs = CxExpand(CxSetting("jobs"))
End Function

Private Function CxExe() As String
    CxExe = CxExpand(CxSetting("exe"))
End Function
