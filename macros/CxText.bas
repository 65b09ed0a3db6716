Option Explicit

' Words and their writing: the sheets of this add-in, JSON, command lines, the lines of an answer. Touches nothing else.

Public Function CxWord(ByVal key As String) As String
    CxWord = CxFound("i18n", key, IIf(CxIsChinese(), 2, 3))
End Function

Public Function CxEnglish(ByVal key As String) As String
    CxEnglish = CxFound("i18n", key, 3)
End Function

Public Function CxSetting(ByVal key As String) As String
    CxSetting = CxFound("cx", key, 2)
End Function

Public Function CxIsChinese() As Boolean
    Dim lang As String
    lang = CxSetting("lang")
    If lang = "zh" Or lang = "en" Then
        CxIsChinese = (lang = "zh")
    Else
        CxIsChinese = (CxUiLanguage() = 0 Or (CxUiLanguage() And 1023) = 4)
    End If
End Function

' Empty if the sheet has no such key.
Private Function CxFound(ByVal sheetName As String, ByVal key As String, ByVal column As Long) As String
    Dim sheet As Object, row As Long
    Set sheet = ThisWorkbook.Worksheets(sheetName)
    row = 1
    Do While CStr(sheet.Cells(row, 1).Value) <> ""
        If CStr(sheet.Cells(row, 1).Value) = key Then
            CxFound = CStr(sheet.Cells(row, column).Value)
            Exit Function
        End If
        row = row + 1
    Loop
End Function

' Text with {0}, {1} ... filled in from a list; a field that the list does not have stays as it is.
Public Function CxFill(ByVal text As String, ByVal values As Variant) As String
    Dim pieces As Variant, piece As String, filled As String, i As Long, last As Long
    pieces = Split(text, "{")
    If UBound(pieces) < 0 Then Exit Function
    filled = pieces(0)
    For i = 1 To UBound(pieces)
        piece = pieces(i)
        last = InStr(piece, "}")
        If last <> 2 Or Not IsNumeric(Left$(piece, 1)) Then
            filled = filled & "{" & piece
        ElseIf CLng(Left$(piece, 1)) > UBound(values) Then
            filled = filled & "{" & piece
        Else
            filled = filled & CStr(values(CLng(Left$(piece, 1)))) & Mid$(piece, 3)
        End If
    Next i
    CxFill = filled
End Function

Public Function CxPair(ByVal key As String, ByVal text As String) As String
    CxPair = """" & key & """:""" & CxJsonEscape(text) & """"
End Function

' Pure ASCII, so that it does not matter in which code page a file is written.
Public Function CxJsonEscape(ByVal text As String) As String
    Dim i As Long, code As Long, made As String
    For i = 1 To Len(text)
        code = AscW(Mid$(text, i, 1))
        If code < 0 Then code = code + 65536
        If code = 34 Or code = 92 Then
            made = made & "\" & Chr$(code)
        ElseIf code >= 32 And code < 127 Then
            made = made & Chr$(code)
        Else
            made = made & "\u" & Right$("0000" & Hex$(code), 4)
        End If
    Next i
    CxJsonEscape = made
End Function

Public Function CxJsonUnescape(ByVal text As String) As String
    Dim i As Long, mark As String, made As String
    i = 1
    Do While i <= Len(text)
        mark = Mid$(text, i, 1)
        If mark = "\" And i < Len(text) Then
            i = i + 1
            mark = Mid$(text, i, 1)
            If mark = "u" Then
                made = made & ChrW(CLng("&H" & Mid$(text, i + 1, 4)))
                i = i + 4
            Else
                made = made & CxControl(mark)
            End If
        Else
            made = made & mark
        End If
        i = i + 1
    Loop
    CxJsonUnescape = made
End Function

Private Function CxControl(ByVal mark As String) As String
    Select Case mark
        Case "n": CxControl = vbLf
        Case "r": CxControl = vbCr
        Case "t": CxControl = vbTab
        Case "b": CxControl = Chr$(8)
        Case "f": CxControl = Chr$(12)
        Case Else: CxControl = mark
    End Select
End Function

' One argument of a command line, as Windows programs take it apart: backslashes count double before a quote.
Public Function CxQuote(ByVal argument As String) As String
    Dim i As Long, slashes As Long, mark As String, made As String
    For i = 1 To Len(argument)
        mark = Mid$(argument, i, 1)
        If mark = "\" Then
            slashes = slashes + 1
        Else
            If mark = """" Then slashes = slashes * 2 + 1
            made = made & String$(slashes, "\") & mark
            slashes = 0
        End If
    Next i
    CxQuote = """" & made & String$(slashes * 2, "\") & """"
End Function

' What stands behind "key=" in a line of an answer; empty if there is no such line.
Public Function CxValue(ByVal answer As String, ByVal key As String) As String
    Dim told As Variant, i As Long
    told = Split(Replace(answer, vbCr, ""), vbLf)
    For i = 0 To UBound(told)
        If Left$(told(i), Len(key) + 1) = key & "=" Then
            CxValue = CxJsonUnescape(Mid$(told(i), Len(key) + 2))
            Exit Function
        End If
    Next i
End Function

Public Function CxArguments(ByVal answer As String) As Variant
    CxArguments = Array(CxValue(answer, "arg0"), CxValue(answer, "arg1"), CxValue(answer, "arg2"), CxValue(answer, "arg3"))
End Function
