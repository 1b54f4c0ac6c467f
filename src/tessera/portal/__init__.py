"""Pages that gather several apps."""
