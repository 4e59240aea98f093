"""Names of networks: a variant's begins with that of the network that it varies."""

NETWORKS = ("trnn", "drnn")


def base_of(network: str) -> str:
    """Return the network that a variant, named <network>_<something>, is a variant of."""
    return network.split("_")[0]
