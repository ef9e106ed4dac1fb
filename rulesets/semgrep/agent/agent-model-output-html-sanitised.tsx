import DOMPurify from "dompurify";
import MarkdownIt from "markdown-it";
import { marked } from "marked";
import React, { useMemo, useState } from "react";
import ReactMarkdown from "react-markdown";

const md = new MarkdownIt();
const HELP = "<b>help</b>";

export function Message({ message }: { message: ChatMessage }) {
  // ruleid: agent-model-output-html-sanitised
  return <div className="msg" dangerouslySetInnerHTML={{ __html: message.content }} />;
}

export function Answer({ answer }: { answer: string }) {
  const html = marked.parse(answer);
  // ruleid: agent-model-output-html-sanitised
  return <div dangerouslySetInnerHTML={{ __html: html }}></div>;
}

export const Memo = (props: { text: string }) => {
  const html = useMemo(() => marked(props.text), [props.text]);
  // ruleid: agent-model-output-html-sanitised
  return <article dangerouslySetInnerHTML={{ __html: html }} />;
};

export async function stream(el: HTMLElement, response: Response) {
  const data = await response.json();
  // ruleid: agent-model-output-html-sanitised
  el.innerHTML = data.choices[0].message.content;
}

export function append(el: HTMLElement, chunk: string) {
  // ruleid: agent-model-output-html-sanitised
  el.insertAdjacentHTML("beforeend", `<p>${chunk}</p>`);
}

export function onEvent(el: HTMLElement, event: MessageEvent) {
  const payload = JSON.parse(event.data);
  // ruleid: agent-model-output-html-sanitised
  el.innerHTML += payload.delta;
}

export function Safe({ message }: { message: ChatMessage }) {
  // ok: agent-model-output-html-sanitised
  return <div dangerouslySetInnerHTML={{ __html: DOMPurify.sanitize(message.content) }} />;
}

export function SafeMarked({ answer }: { answer: string }) {
  const html = DOMPurify.sanitize(marked.parse(answer) as string);
  // ok: agent-model-output-html-sanitised
  return <div dangerouslySetInnerHTML={{ __html: html }} />;
}

export function SafeMemo({ text }: { text: string }) {
  const html = useMemo(() => DOMPurify.sanitize(marked.parse(text) as string), [text]);
  // ok: agent-model-output-html-sanitised
  return <div dangerouslySetInnerHTML={{ __html: html }} />;
}

export function AsMarkdown({ message }: { message: ChatMessage }) {
  // ok: agent-model-output-html-sanitised
  return <ReactMarkdown>{message.content}</ReactMarkdown>;
}

export function AsText(el: HTMLElement, message: ChatMessage) {
  // ok: agent-model-output-html-sanitised
  el.textContent = message.content;
}

export function Help() {
  // ok: agent-model-output-html-sanitised
  return <div dangerouslySetInnerHTML={{ __html: HELP }} />;
}

export function Default({ text }: { text: string }) {
  // ok: agent-model-output-html-sanitised
  return <div dangerouslySetInnerHTML={{ __html: md.render(text) }} />;
}

export function Clear(el: HTMLElement) {
  // ok: agent-model-output-html-sanitised
  el.innerHTML = "";
}

export function Escaped(el: HTMLElement, message: ChatMessage) {
  // ok: agent-model-output-html-sanitised
  el.innerHTML = `<p>${escapeHtml(message.content)}</p>`;
}
