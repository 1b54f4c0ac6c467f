"""The shell: base templates, components, static files, small view helpers."""
