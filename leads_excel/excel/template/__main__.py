"""`python -m leads_excel.excel.template` builds the template anew."""

from leads_excel.excel.template.building import build, template_path

build(template_path())
