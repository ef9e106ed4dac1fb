import { exec, execFile, execSync, spawn } from "child_process";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { tool } from "@langchain/core/tools";
import { tool as aiTool } from "ai";
import { z } from "zod";

const server = new McpServer({ name: "shell", version: "1.0.0" });
const ALLOWED = new Set(["uptime", "df"]);

server.tool("run", { command: z.string() }, async ({ command }) => {
  // ruleid: agent-tool-arguments-not-in-shell--typescript
  const out = execSync(command).toString();
  return { content: [{ type: "text", text: out }] };
});

server.registerTool("ping", { inputSchema: { host: z.string() } }, async (args) => {
  return new Promise((resolve) => {
    // ruleid: agent-tool-arguments-not-in-shell--typescript
    exec(`ping -c 1 ${args.host}`, (_e, stdout) => resolve({ content: [{ type: "text", text: stdout }] }));
  });
});

export const gitTool = tool(
  async ({ repo }) => {
    // ruleid: agent-tool-arguments-not-in-shell--typescript
    return execSync("git -C " + repo + " log").toString();
  },
  { name: "git", schema: z.object({ repo: z.string() }) },
);

export const shellTool = aiTool({
  description: "run a command",
  inputSchema: z.object({ command: z.string() }),
  execute: async ({ command }) => {
    // ruleid: agent-tool-arguments-not-in-shell--typescript
    return spawn("bash", ["-c", command]);
  },
});

server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const cmd = request.params.arguments.cmd;
  // ruleid: agent-tool-arguments-not-in-shell--typescript
  return exec(cmd);
});

server.tool("list", { folder: z.string() }, async ({ folder }) => {
  // ok: agent-tool-arguments-not-in-shell--typescript
  execFile("ls", ["-l", "--", folder], () => {});
  return { content: [] };
});

server.tool("status", { name: z.string() }, async ({ name }) => {
  if (!ALLOWED.has(name)) throw new Error("refused");
  // ok: agent-tool-arguments-not-in-shell--typescript
  return spawn(name, []);
});

server.tool("uptime", {}, async () => {
  // ok: agent-tool-arguments-not-in-shell--typescript
  const out = execSync("uptime").toString();
  return { content: [{ type: "text", text: out }] };
});

server.tool("match", { text: z.string() }, async ({ text }) => {
  // ok: agent-tool-arguments-not-in-shell--typescript
  const m = /a(b)/.exec(text);
  return { content: [{ type: "text", text: String(m) }] };
});

server.tool("sum", { n: z.number() }, async ({ n }) => {
  // ok: agent-tool-arguments-not-in-shell--typescript
  return execSync(`seq ${Number(n)}`);
});
