"""`python -m leads_excel`: the same as `leads-excel`."""

from leads_excel.cli import main

main()
