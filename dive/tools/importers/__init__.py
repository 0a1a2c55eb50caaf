"""Tools from elsewhere: HTTP APIs described by OpenAPI, and MCP servers.

An import reads a description once and writes a tool file (`file`); loading that file makes tools (`load`) that run in a
host like any other. What a run needs of `httpx`, `mcp` and `jsonschema` is the extra `import`.
"""
