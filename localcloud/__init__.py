"""The cloud on one machine: small servers that speak the real Azure and Databricks protocols.

For development and tests only. Nothing in ``infra``, ``pipelines`` or ``notebooks`` imports
this package: they meet it over the wire, as they meet Azure.
"""
