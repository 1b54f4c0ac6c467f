"""Files that strangers send: inspected in a process of its own, kept privately under random names."""
