"""What groups of people differ in: their parameters, beside agents matched to the people."""
