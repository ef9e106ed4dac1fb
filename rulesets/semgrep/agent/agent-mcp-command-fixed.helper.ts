import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const INSTALLED = { command: "/opt/mcp/clock", args: [] };

export function probe(server: { command: string; args: string[] }) {
  // ruleid: agent-mcp-command-fixed--helper-typescript
  return new StdioClientTransport({ command: server.command, args: server.args });
}

export function clock() {
  // ok: agent-mcp-command-fixed--helper-typescript
  return new StdioClientTransport({ command: "/opt/mcp/clock", args: [] });
}

export function known() {
  // ok: agent-mcp-command-fixed--helper-typescript
  return new StdioClientTransport(INSTALLED);
}
