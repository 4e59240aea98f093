"""What is measured of a model before anything is run with it, in a minute of one core."""
