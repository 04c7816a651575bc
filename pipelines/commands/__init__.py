"""The commands of ``python -m pipelines``, one file for each kind; only here is typer known."""
