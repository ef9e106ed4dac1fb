import { exec, execFile, execSync, spawn } from "node:child_process";
import * as vm from "node:vm";
import OpenAI from "openai";
import { generateText } from "ai";

const openai = new OpenAI({ timeout: 30000 });
const ALLOWED_COMMANDS = ["ls", "uptime"];
const ACTIONS: Record<string, () => void> = {};

export async function runPlan(prompt: string) {
  const completion = await openai.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: prompt }] });
  const code = completion.choices[0].message.content;
  // ruleid: agent-model-output-not-executed--typescript
  return eval(code!);
}

export async function viaFunction(prompt: string) {
  const { text } = await generateText({ model, prompt });
  // ruleid: agent-model-output-not-executed--typescript
  const fn = new Function("input", text);
  return fn(1);
}

export async function viaVm(llm: any, prompt: string) {
  const reply = await llm.invoke(prompt);
  // ruleid: agent-model-output-not-executed--typescript
  return vm.runInNewContext(reply.content, {});
}

export async function viaShell(prompt: string) {
  const response = await openai.responses.create({ model: "gpt-4o", input: prompt });
  // ruleid: agent-model-output-not-executed--typescript
  exec(`cd /srv && ${response.output_text}`, () => {});
}

export function onToolCall(toolCall: any) {
  const args = JSON.parse(toolCall.function.arguments);
  // ruleid: agent-model-output-not-executed--typescript
  return execSync(args.command).toString();
}

export async function parsed(prompt: string) {
  const completion = await openai.chat.completions.create({ model: "gpt-4o", messages: [] });
  // ok: agent-model-output-not-executed--typescript
  return JSON.parse(completion.choices[0].message.content!);
}

export async function fixedProgram(llm: any, prompt: string) {
  const reply = await llm.invoke(prompt);
  // ok: agent-model-output-not-executed--typescript
  execFile("grep", ["-F", "--", reply.content, "notes.txt"], () => {});
}

export async function allowListed(llm: any, prompt: string) {
  const name = (await llm.invoke(prompt)).content;
  if (!ALLOWED_COMMANDS.includes(name)) throw new Error("refused");
  // ok: agent-model-output-not-executed--typescript
  return spawn(name, []);
}

export async function table(llm: any, prompt: string) {
  const name = (await llm.invoke(prompt)).content;
  // ok: agent-model-output-not-executed--typescript
  return ACTIONS[name]();
}

export async function regex(llm: any, prompt: string) {
  const text = (await llm.invoke(prompt)).content;
  // ok: agent-model-output-not-executed--typescript
  return /(\d+)/.exec(text);
}

export function constant() {
  // ok: agent-model-output-not-executed--typescript
  return execSync("uptime").toString();
}
