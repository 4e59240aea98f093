"""The correlation of perseveration with staying."""

import numpy as np
import pandas as pd

from trnn.scores.moving_averages import WINDOW, moving_average, stayed, subject_correlations


def kappa_with_staying(frame: pd.DataFrame) -> np.ndarray:
    """Return each subject's correlation of κ with the moving average of staying (n_subjects,)."""
    average = moving_average(frame, stayed(frame), WINDOW)
    return subject_correlations(frame, "kappa", average)["r"].to_numpy(dtype=float)
