"""Whether posteriors are calibrated, and how far estimators are from the optimum."""
