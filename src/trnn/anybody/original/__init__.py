"""The networks of the original study, Ger et al. (2024), read and applied as they are."""
