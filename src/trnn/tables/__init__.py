"""Files of a run: schemas, Parquet, atomic writing, where each one stands, what made it."""
