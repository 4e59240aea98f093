"""Errors that are written for people: what, where, got, expected, what to do."""


class TrnnError(Exception):
    """Base of every error that a user can cause and mend."""


class ConfigError(TrnnError):
    """A configuration file holds a setting that is not allowed."""


class DataError(TrnnError):
    """A data file breaks a rule of its format."""


class DownloadError(TrnnError):
    """No source of a data set could be had."""


class TableError(TrnnError):
    """A Parquet table is unreadable or does not match its schema."""


class CheckpointError(TrnnError):
    """A checkpoint is unreadable or belongs to another configuration."""


class NumericalError(TrnnError):
    """A computation produced NaN or infinity."""


class AlteredFileError(TrnnError):
    """A file is not the one that a job of the run has written."""


class StorageError(TrnnError):
    """A file could not be read or written: a full disk, a read-only folder, missing rights."""


class RequirementError(TrnnError):
    """A package that is needed is not installed, or cannot be used."""
