"""Questions about place: who meets whom, what lies along, what is near; each answer with how sure it is."""
