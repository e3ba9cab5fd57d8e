"""Files for geographic software and CAD."""
