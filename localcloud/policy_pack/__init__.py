"""A policy pack folder for the engine of the local cloud."""
