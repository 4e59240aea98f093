"""What ties the package to Snakemake: adapters' frame, and which modules a stage is made of."""
