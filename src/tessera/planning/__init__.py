"""The coverage clock."""
