"""What both recurrent networks, of parameters and of data, are made of; it knows no model."""
