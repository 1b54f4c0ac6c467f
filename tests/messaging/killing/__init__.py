"""A real site for ``test_kill.py``: the project's settings and one address that writes."""
