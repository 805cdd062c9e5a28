"""The assistant for other programs: an OpenAI-compatible API, and MCP (docs/api.md)."""
