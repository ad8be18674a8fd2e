"""`LeadTables` -> files of other programs, on a disk or in a cloud."""
