"""Pack an experiment's networks, with their card."""

from pathlib import Path

from trnn.anybody.pack import pack
from trnn.workflow.job import run_stage


def main(smk):
    # One network is a string, several are a list.
    given = {name: smk.input[name] for name in smk.params.networks}
    networks = {
        name: [Path(path) for path in ([own] if isinstance(own, str) else own)]
        for name, own in given.items()
    }
    output = Path(smk.output[0])  # <results>/networks/<experiment>.npz
    pack(output.parents[1], networks, output, smk.params.trained_by, smk.params.model)


run_stage(main, snakemake)
