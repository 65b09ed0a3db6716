Option Explicit

' The world outside as a test wants it: what pyOpenVBA's interpreter leaves out on purpose, in place of macros/CxHost.bas.
' A test sets and asks things by name; files are texts by their path, and the clock rings when the test says so.

Private things As Object
Private files As Object

Private Function Kept() As Object
    If things Is Nothing Then Set things = CreateObject("Scripting.Dictionary")
    Set Kept = things
End Function

Private Function Disk() As Object
    If files Is Nothing Then Set files = CreateObject("Scripting.Dictionary")
    Set Disk = files
End Function

Public Sub Keep(ByVal key As String, ByVal value As Variant)
    Kept()(key) = value
End Sub

Public Function Told(ByVal key As String) As Variant
    If Kept().Exists(key) Then Told = Kept()(key)
End Function

Public Sub PutFile(ByVal path As String, ByVal text As String)
    Disk()(path) = text
End Sub

Public Function FileNames() As String
    FileNames = Join(Disk().Keys(), "|")
End Function

Public Function CxHasBook() As Boolean
    CxHasBook = Not CBool(Told("nobook"))
End Function

Public Function CxInProtectedView() As Boolean
    CxInProtectedView = CBool(Told("protectedview"))
End Function

Public Function CxBookName() As String
    CxBookName = CStr(Told("book"))
End Function

Public Function CxBookFolder() As String
    CxBookFolder = CStr(Told("folder"))
End Function

Public Function CxBookFullName() As String
    CxBookFullName = CxBookFolder() & CxSeparator() & CxBookName()
End Function

Public Function CxBookReadOnly() As Boolean
    CxBookReadOnly = CBool(Told("readonly"))
End Function

Public Function CxSeconds() As Double
    CxSeconds = CDbl(Told("clock"))
End Function

Public Function CxHwnd() As String
    CxHwnd = "4711"
End Function

Public Function CxUiLanguage() As Long
    CxUiLanguage = CLng(Told("language"))
End Function

Public Function CxSeparator() As String
    CxSeparator = "\"
End Function

Public Function CxExpand(ByVal path As String) As String
    CxExpand = path
End Function

Public Function CxWrite(ByVal path As String, ByVal text As String) As Boolean
    If CBool(Told("full")) Then Exit Function
    PutFile path, text
    Keep "job", text
    CxWrite = True
End Function

Public Function CxRead(ByVal path As String) As String
    If Disk().Exists(path) Then CxRead = Disk()(path)
End Function

Public Sub CxDelete(ByVal path As String)
    If Disk().Exists(path) Then Disk().Remove path
End Sub

Public Function CxWatched(ByVal jobs As String) As Boolean
    CxWatched = CBool(Told("watched"))
End Function

Public Function CxLaunch(ByVal exe As String, ByVal id As String, ByVal jobs As String) As String
    Keep "launched", CxQuote(exe) & " ribbon-run --job " & id & " --jobs " & CxQuote(jobs)
    CxLaunch = CStr(Told("blocked"))
End Function

Public Sub CxLater(ByVal procedure As String, ByVal seconds As Long)
    Keep "later", procedure
End Sub

Public Sub CxStatus(ByVal text As Variant)
    Keep "status", text
End Sub

Public Sub CxTell(ByVal text As String, ByVal english As String, ByVal isGood As Boolean)
    CxStatus text
    Keep "english", english
    MsgBox text, IIf(isGood, vbInformation, vbExclamation), "collabxl"
End Sub

Public Function CxAskText(ByVal prompt As String, ByVal proposal As String) As String
    CxAskText = CStr(Told(prompt))
End Function

Public Function CxAskFolder(ByVal prompt As String) As String
    CxAskFolder = CStr(Told(prompt))
End Function

Public Sub CxOpen(ByVal path As String)
    Keep "opened", path
End Sub

Public Function CxToday() As String
    CxToday = "2024-08-01"
End Function

Public Function CxNewId() As String
    CxNewId = "45505-1"
End Function
