"""Outside judges of what we serve: the Nu HTML checker and axe."""
