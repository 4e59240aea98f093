"""Write the references: the prior's mean, and for simulated agents the truth."""

from trnn.baselines import estimate_oracle, estimate_prior
from trnn.config.views import from_view
from trnn.workflow.stage import provenance, run_stage


def main(smk):
    estimate = {"prior": estimate_prior, "oracle": estimate_oracle}[smk.wildcards.which]
    estimate(
        smk.input.trials,
        smk.output[0],
        from_view(smk.params.experiment),
        provenance(smk, people=smk.wildcards.population == "human"),
    )


run_stage(main, snakemake)
