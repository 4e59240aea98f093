"""How like the simulations that the t-RNN was trained on a person is."""
