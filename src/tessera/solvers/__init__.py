"""The programme's three decisions, as plain Python: who is chosen, who reads what, where the next trainings are.

Frozen data types in and out; no Django, no files, no clock but the time limit. Each package can be used alone.
"""
