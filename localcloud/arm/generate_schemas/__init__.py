"""Makes ``localcloud/arm/schemas/*.json`` from the vendors' Python models, at development time.

The server reads only the JSON: importing the models themselves would cost it hundreds of MB.
Run ``python -m localcloud.arm.generate_schemas`` after raising the bound of a vendor's package.
"""
