"""The findings of Ger et al. (2024), one module each, computed anew from the tables."""
