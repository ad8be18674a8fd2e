"""`python -m leads_excel.excel.template` builds the templates anew, one for each language."""

from leads_excel.captions.languages import LANGUAGES
from leads_excel.excel.template.building import build, template_path

for language in LANGUAGES:
    build(template_path(language), language)
