"""Figures of any experiment: each from Parquet tables, each with the numbers that it draws.

A figure is made in two steps that share one table: `source` computes the rows that are drawn, in
the schema `trnn.figures.schemas.FIGURE`, and the artists draw those rows and nothing else. So the
Parquet file beside a figure holds exactly what the picture shows.
"""
