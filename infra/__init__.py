"""The infrastructure: one typed component per file, put together by ``__main__.py``.

Every component is ``(name, args, opts=None)`` and holds no configuration of its own.
"""
