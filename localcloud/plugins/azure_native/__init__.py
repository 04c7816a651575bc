"""Stands in for Pulumi's azure-native plugin: the same resources, written to the local cloud."""
