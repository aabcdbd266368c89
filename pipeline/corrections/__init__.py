"""Correction files: the sender's own bad rows go back as a file to be corrected, and come back as a correction.

`marks` are the two columns by which such a file is known again; `choosing` takes the rows that fit, `workbook` and
`text` write them, `returning` reads what came back.
"""
