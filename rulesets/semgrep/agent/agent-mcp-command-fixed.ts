import { Router } from 'express';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { MultiServerMCPClient } from '@langchain/mcp-adapters';

const router = Router();
const SERVERS = { time: { command: '/opt/mcp/time', args: ['--utc'] } };

router.post('/mcp/test', requireAuth, async (req, res) => {
  const { command, args } = req.body;
  // ruleid: agent-mcp-command-fixed--typescript, agent-mcp-command-fixed--helper-typescript
  const transport = new StdioClientTransport({ command, args });
  // ruleid: agent-mcp-command-fixed--typescript
  const other = new StdioClientTransport({ command: 'npx', args: req.body.args });
  res.json(await toolsOf(transport, other));
});

export async function fromNode(nodeData: NodeData) {
  const config = JSON.parse(nodeData.inputs?.mcpServerConfig as string);
  // ruleid: agent-mcp-command-fixed--typescript, agent-mcp-command-fixed--helper-typescript
  return new StdioClientTransport(config);
}

export async function stored(serverRepository, id: string) {
  const row = await serverRepository.findOne({ where: { id } });
  // ruleid: agent-mcp-command-fixed--typescript
  return new MultiServerMCPClient({ mcpServers: row.servers });
}

router.post('/mcp/named', requireAuth, async (req, res) => {
  const server = SERVERS[req.body.name];
  if (!server) return res.status(404).end();
  // ok: agent-mcp-command-fixed--typescript
  // ruleid: agent-mcp-command-fixed--helper-typescript
  const transport = new StdioClientTransport({ command: server.command, args: server.args });
  // ok: agent-mcp-command-fixed--typescript
  const fixed = new StdioClientTransport({ command: 'node', args: ['/opt/mcp/files.js'] });
  res.json(await toolsOf(transport, fixed));
});

export function checked(nodeData: NodeData) {
  const command = nodeData.inputs?.command as string;
  if (!ALLOWED_COMMANDS.includes(command)) throw new Error('not allowed');
  // ok: agent-mcp-command-fixed--typescript
  // ruleid: agent-mcp-command-fixed--helper-typescript
  return new StdioClientTransport({ command, args: [] });
}
