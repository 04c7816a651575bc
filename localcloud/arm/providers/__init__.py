"""One module per provider namespace: its resource types and what is special about each."""
