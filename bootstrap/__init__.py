"""What must exist before the first deployment, made by one command: ``python -m bootstrap``.

State storage, the keys that encrypt secrets in it, and an identity for every environment that
GitHub signs in as. It knows nothing of what is deployed later.
"""
