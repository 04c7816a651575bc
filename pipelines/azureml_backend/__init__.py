"""Carries out pipelines with the Azure ML SDK v1: the only package that imports azureml.

The SDK is the only one that knows a Databricks step; it is out of support, so nothing of it
leaves this package: specs come in, values of :mod:`pipelines.results` go out.
"""

from pipelines.azureml_backend.backend import AzureMlBackend

__all__ = ["AzureMlBackend"]
