"""How forms look: label, hint, error, control, in that order."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Fields through the project's own template."""

    field_template_name = "components/field.html"
