"""Tables and rules as files: read with every fault named by line and column, written whole or not at all.

CSV, XLSX and JSON, in and out; rules in TOML or JSON. Numbers never pass through binary fractions on their way in:
scores become whole milli-points and money whole cents. Nothing here knows Django.
"""
