"""Azure Machine Learning: the REST services that SDK v1 talks to, and the runs they start."""

from localcloud.azureml import workspaces
from localcloud.azureml.app import create_app

__all__ = ["create_app", "workspaces"]
