Option Explicit

' What the ribbon calls: each button's tag is the key of its words and ends with the name of its job.

Public Sub CxLabel(control As IRibbonControl, ByRef label)
    label = CxWord(control.Tag)
End Sub

Public Sub CxTip(control As IRibbonControl, ByRef tip)
    tip = CxWord("tip." & CxName(control.Tag))
End Sub

Public Sub CxClick(control As IRibbonControl)
    CxGo CxName(control.Tag), ""
End Sub

Public Sub CxReport(control As IRibbonControl)
    CxGo "report", CxName(control.Tag)
End Sub

Private Function CxName(ByVal key As String) As String
    CxName = Mid$(key, InStr(key, ".") + 1)
End Function
