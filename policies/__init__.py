"""What no stack of this project may deploy, whatever its program says: a Pulumi policy pack.

It judges what the engine is about to do, so it knows neither ``infra`` nor its settings.
"""
