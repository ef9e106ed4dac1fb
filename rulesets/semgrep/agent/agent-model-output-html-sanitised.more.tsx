import React from "react";
import { marked } from "marked";
import DOMPurify from "dompurify";
import ReactMarkdown from "react-markdown";
import rehypeRaw from "rehype-raw";
import MarkdownIt from "markdown-it";

const md = new MarkdownIt({ html: true });

export function Answer({ message }: { message: { content: string } }) {
  const html = marked.parse(message.content);
  // ruleid: agent-model-output-html-sanitised
  return <div className="answer" dangerouslySetInnerHTML={{ __html: html as string }} />;
}

export function AnswerOk({ message }: { message: { content: string } }) {
  const html = DOMPurify.sanitize(marked.parse(message.content) as string);
  // ok: agent-model-output-html-sanitised, agent-model-output-html-sanitised--raw-markdown
  return <div className="answer" dangerouslySetInnerHTML={{ __html: html }} />;
}

export function Stream({ text }: { text: string }) {
  const ref = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    if (ref.current) {
      // ruleid: agent-model-output-html-sanitised
      ref.current.innerHTML = md.render(text);
    }
  }, [text]);
  return <div ref={ref} />;
}

export function Plain({ text }: { text: string }) {
  const ref = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    if (ref.current) {
      // ok: agent-model-output-html-sanitised, agent-model-output-html-sanitised--raw-markdown
      ref.current.textContent = text;
    }
  }, [text]);
  return <div ref={ref} />;
}

export function Raw({ reply }: { reply: string }) {
  // ruleid: agent-model-output-html-sanitised--raw-markdown
  return <ReactMarkdown rehypePlugins={[rehypeRaw]}>{reply}</ReactMarkdown>;
}

export function RawOk({ reply }: { reply: string }) {
  // ok: agent-model-output-html-sanitised, agent-model-output-html-sanitised--raw-markdown
  return <ReactMarkdown>{reply}</ReactMarkdown>;
}

async function load(box: HTMLElement) {
  const res = await fetch("/api/chat", { method: "POST" });
  const data = await res.json();
  // ruleid: agent-model-output-html-sanitised
  box.insertAdjacentHTML("beforeend", `<p>${data.answer}</p>`);
}

async function loadOk(box: HTMLElement) {
  const res = await fetch("/api/chat", { method: "POST" });
  const data = await res.json();
  const p = document.createElement("p");
  p.textContent = data.answer;
  // ok: agent-model-output-html-sanitised, agent-model-output-html-sanitised--raw-markdown
  box.appendChild(p);
}

export function Icon() {
  // ok: agent-model-output-html-sanitised, agent-model-output-html-sanitised--raw-markdown
  return <span dangerouslySetInnerHTML={{ __html: "<svg></svg>" }} />;
}
