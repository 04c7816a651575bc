"""Azure ML pipelines of the features: declared as data, published, run and looked at.

Nothing here deploys or changes infrastructure; what is deployed is known from the stack's
outputs alone (:mod:`stack_outputs`).
"""
