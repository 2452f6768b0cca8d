"""Replaced where a new version, or a broken one, is put in place."""
VERSION = "1"
