"""Sales leads from the DMS lead API as Excel formulas, refreshed workbooks and pandas DataFrames."""
