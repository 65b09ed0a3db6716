-- What Excel for macOS may run outside its sandbox (AppleScriptTask): start collabxl, let the user choose a folder.

on launch(said)
	set {exe, job, jobs} to paragraphs of said
	do shell script quoted form of exe & " ribbon-run --job " & quoted form of job & " --jobs " & quoted form of jobs & " > /dev/null 2>&1 &"
	return ""
end launch

on pick(said)
	return POSIX path of (choose folder with prompt said)
end pick
