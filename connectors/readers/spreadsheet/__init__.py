"""Workbooks: xlsx, xls, xlsb, ods; a cell is read as its author sees it."""
