"""The data-driven RNN: trained on people's own choices, tested on people it has not seen."""
