"""Pages for people: templates, view models and routes, served by the same function as the API.

A page calls use cases, never the API. To add one, see docs/how-to/add-a-console-screen.md.
"""
