"""Excel's side of a formula and of a button, made up: everything behind it, from xlwings' DLL on, is the real thing.

`vba` and `vba_expressions` run the VBA of the add-in as its file has it; `settings` is where that looks for settings;
`values` and `arrays` are what a cell holds in the memory of COM, `objects` and `type_library` what Excel hands out as
objects; `excel` puts them together for formulas. `application` is a workbook for other processes, and `desktop` the
window with buttons before it. All but the VBA needs Windows, or Wine.
"""
