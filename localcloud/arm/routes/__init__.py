"""Routes of Azure Resource Manager: each reads a request, asks the engine, shapes the answer."""
