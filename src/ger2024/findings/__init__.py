"""The analyses of people: moving averages, courses, events, and the findings.

Every module takes a *joined frame*: a trial table joined with one estimator's estimates
(`join.join_estimates`), the rows of a subject together and in the order of its trials. The subject
is the unit throughout: means over a subject's trials come first, intervals and tests are over
subjects. No window reaches across a block or a subject.
"""
