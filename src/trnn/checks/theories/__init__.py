"""Theories that fit people: which models, ranges and hazards their choices are most probable under.

The rule by which a theory is chosen
------------------------------------

A theory is a candidate, a model of choice with ranges of its parameters, under dynamics: one hazard
that all people share, or a hazard of each person's own, any of the grid's equally likely.

1. Score: the log evidence, summed over the people of the choosing half.
2. The theory with the highest score is chosen.
3. Theories that lie behind it by at most one standard error of the difference, paired over people,
   are tied with it (`trnn.checks.priors.choice`), and listed: the data do not tell them apart.
   A tie changes nothing about the choice, and neither does the number of parameters: the evidence
   has weighed the ranges in already.

The people of the reporting half have no part in any of this. Their evidence says what the choice is
worth: how far each theory lies behind the chosen one, before it or behind, with its standard error.
"""
