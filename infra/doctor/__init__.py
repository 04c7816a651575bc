"""Preflight: looks, before anything is created, for what would make a deployment fail.

One module for each family of checks; a check is a small function that returns a finding.
Nothing here changes anything, except where someone asks for ``--purge``.
"""
