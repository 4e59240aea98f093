"""Exports for ArviZ: posteriors as DataTrees, one NetCDF file for each estimate.

xarray, h5netcdf and h5py come with the optional dependencies `trnn[arviz]`.
"""

from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from trnn import __version__
from trnn.errors import ConfigError, RequirementError
from trnn.export.draws import POINT, WORDS, draws_of
from trnn.export.folder import atomic_folder
from trnn.export.latents import latent_draws, latents_of, of_choices
from trnn.export.source import GIVEN, Estimate, Source

if TYPE_CHECKING:
    from xarray import DataTree

Array = np.ndarray

CHAINS = 4
DIMENSIONS = ("chain", "draw", "subject", "trial")
CHAINS_WORDS = (
    "The draws are independent, and come from no Markov chain: chains only arrange them, so that "
    "r_hat and ess tell of the number of draws alone, and of no convergence."
)


def write_arviz(source: Source, out: str | Path, n_draws: int, seed: int) -> list[str]:
    """Write `<estimator>.nc` for every estimate with a posterior; return what was written.

    Raises
    ------
    RequirementError
        If xarray, h5netcdf or h5py are not there.
    ConfigError
        If no estimate has a posterior, or `n_draws` is no multiple of the number of chains.
    """
    _xarray()
    kept = [estimate for estimate in source.estimates if estimate.quantiles is not None]
    if not kept:
        raise ConfigError(
            f"--to arviz: {[e.name for e in source.estimates]} have no posterior, so there is "
            "nothing to draw from; choose an estimator that has one (--estimator NAME)."
        )
    told = []
    with atomic_folder(out) as folder:
        for estimate in kept:
            tree = datatree(source, estimate, n_draws, seed)
            file = f"{estimate.name}.nc"
            tree.to_netcdf(folder / file, engine="h5netcdf", encoding=_compressed(tree))
            told.append(f"{file}: {tree.attrs['draws']}, {estimate.given}")
    return told


def datatree(source: Source, estimate: Estimate, n_draws: int, seed: int) -> "DataTree":
    """Return an estimate's draws as a DataTree, as ArviZ takes it.

    Its group `posterior` has each parameter and latent quantity, (chain, draw, subject, trial) in
    single precision, where `trial` counts the trials of a session from 0; shorter sessions are NaN
    at the end. `observed_data` has action and reward, `constant_data` block and trial of the block.

    Raises
    ------
    ConfigError
        If `n_draws` is no multiple of the number of chains, or the estimate has no posterior.
    """
    xr = _xarray()
    if n_draws < CHAINS or n_draws % CHAINS:
        raise ConfigError(f"--draws {n_draws}: expected a multiple of {CHAINS}, the chains.")
    draws = draws_of(source, estimate, n_draws, seed)
    if draws.kind == POINT:
        raise ConfigError(f"--estimator {estimate.name}: it has no posterior to draw from.")
    s, when = source.sequences, GIVEN[estimate.given]
    where = {"subject": list(s.subjects), "trial": np.arange(s.valid.shape[1])}
    coords = {"chain": np.arange(CHAINS), "draw": np.arange(n_draws // CHAINS), **where}
    arrays = _arrays(source, draws.values)
    posterior = {
        name: (DIMENSIONS, arrays[name], {"description": f"{words}, {when}", "units": unit})
        for name, words, unit in _variables(source)
    }
    attrs = {
        "inference_library": "trnn",
        "inference_library_version": __version__,
        "estimator": estimate.name,
        "given": estimate.given,
        "draws": draws.kind,
        "draws_meaning": WORDS[draws.kind],
        "chains_meaning": CHAINS_WORDS,
        **{key.replace(" ", "_"): text for key, text in source.notes.items()},
    }
    observed = {
        n: _masked(of_choices(s, a), s.valid)
        for n, a in (("action", s.action), ("reward", s.reward))
    }
    constant = {
        "block": np.where(s.valid, s.block, -1),
        "trial_of_block": np.where(s.valid, s.trial, -1),
    }
    return xr.DataTree.from_dict(
        {
            "/": xr.Dataset(attrs=attrs),
            "/posterior": xr.Dataset(posterior, coords, attrs),
            "/observed_data": _of_trials(xr, observed, where),
            "/constant_data": _of_trials(xr, constant, where),
        }
    )


def _variables(source: Source) -> list[tuple[str, str, str]]:
    """Return name, meaning and unit of each variable."""
    found = [(p.name, f"{p.words} ({p.symbol})", p.unit) for p in source.model.parameters]
    for latent in latents_of(source.model):
        unit = source.reward_unit if latent.unit is None else latent.unit
        found.append((latent.name, latent.words, unit))
    return found


def _arrays(source: Source, draws: Array) -> dict[str, Array]:
    """Return each variable's draws, (chain, draw, subject, trial) of float32; padding is NaN."""
    s, (n, n_draws) = source.sequences, draws.shape[:2]
    out = {
        name: np.full((n_draws, n, s.valid.shape[1]), np.nan, np.float32)
        for name, _, _ in _variables(source)
    }
    for i in range(n):
        own = slice(int(s.lengths[i]))
        for k, name in enumerate(source.model.names):
            out[name][:, i, own] = draws[i, :, own, k]
        for name, values in latent_draws(source.model, s.rows(i, i + 1), draws[i]).items():
            out[name][:, i, own] = values
    return {name: a.reshape(CHAINS, -1, *a.shape[1:]) for name, a in out.items()}


def _masked(values: Array, valid: Array) -> Array:
    return np.where(valid, values, np.nan)


def _of_trials(xr: ModuleType, arrays: dict[str, Array], where: dict[str, Any]) -> Any:
    return xr.Dataset({name: (("subject", "trial"), a) for name, a in arrays.items()}, where)


def _compressed(tree: "DataTree") -> dict[str, dict[str, dict[str, Any]]]:
    variables = {str(name): {"zlib": True, "complevel": 4} for name in tree["posterior"].data_vars}
    return {"/posterior": variables}


def _xarray() -> ModuleType:
    try:
        import h5netcdf  # noqa: F401
        import h5py  # noqa: F401
        import xarray

        if not hasattr(xarray, "DataTree"):
            raise ImportError(f"xarray {xarray.__version__} has no DataTree")
    except ImportError as error:
        raise RequirementError(
            f"--to arviz: needs xarray (2024.10 or newer), h5netcdf and h5py: {error}. "
            "Install them: pip install 'trnn[arviz]'."
        ) from error
    return xarray
