"""The theoretical RNN: network, training, checkpoints, inference."""
