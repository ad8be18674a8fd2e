"""A workbook file as the parts it is made of: reading them, and writing the few that change (ECMA-376)."""
