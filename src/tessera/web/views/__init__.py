"""Pages that belong to the shell: errors, display choices, health, the style guide."""
