"""Where the tables are that figures are drawn from."""

from collections.abc import Iterable

from trnn.figures import catalogue

_FILES = {
    catalogue.METRICS: "metrics.parquet",
    catalogue.STATISTICS: "statistics.parquet",
    catalogue.FINDINGS: "findings.parquet",
    catalogue.TEST_TRIALS: "synthetic/test.parquet",
    catalogue.HUMAN_TRIALS: "human/trials.parquet",
    catalogue.RECOVERY_FITS: "fits/recovery.parquet",
    catalogue.CALIBRATION: "calibration.parquet",
    catalogue.OPTIMALITY: "optimality.parquet",
    catalogue.MISSPECIFICATION_FEATURES: "misspecification_features.parquet",
    catalogue.PREDICTIVE: "predictive.parquet",
    catalogue.NONSTATIONARITY: "nonstationarity.parquet",
    catalogue.NONSTATIONARITY_RATES: "nonstationarity_rates.parquet",
    catalogue.IDENTIFIABILITY: "identifiability.parquet",
    catalogue.IDENTIFIABILITY_MOVING: "identifiability_moving.parquet",
}


def table_paths(keys: Iterable[str], folder: str) -> dict[str, str]:
    """Return the path of each table by its key in the catalogue; `folder` is the experiment's."""
    return {key: f"{folder}/{_file(key)}" for key in keys}


def _file(key: str) -> str:
    kind, *rest = key.split(":")
    if kind in (catalogue.TRAINING, catalogue.DRNN_TRAINING):
        return f"training/{rest[0]}/{rest[1]}.parquet"
    return _FILES.get(key) or f"{kind}/{'/'.join(rest)}.parquet"
