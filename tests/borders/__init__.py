"""What must not cross: imports between folders, words into the tree, tests into the outside network."""
