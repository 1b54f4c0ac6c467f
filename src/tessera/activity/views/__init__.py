"""Pages that every record has on the desk: its form, its history; and the log of everything."""
