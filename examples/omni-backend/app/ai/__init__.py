"""AI endpoints. The models are tiny and made here with fixed random weights: nothing is downloaded."""
