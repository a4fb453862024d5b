"""The independent measure: the rule book transcribed slowly and obviously, sharing no code with the product."""
