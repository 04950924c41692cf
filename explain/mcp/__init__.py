"""The Model Context Protocol server of `priorlog mcp`: what an assistant may ask, none of which writes anything."""
