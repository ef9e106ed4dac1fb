export function Artifact({ html }: Props) {
  // ruleid: agent-model-output-html-sanitised--frame
  return <iframe title="artifact" srcDoc={html} sandbox="allow-scripts allow-same-origin" />;
}

export function Held({ html }: Props) {
  // ok: agent-model-output-html-sanitised--frame
  return <iframe title="artifact" srcDoc={html} sandbox="allow-scripts" />;
}

export function Mail({ html }: Props) {
  // ok: agent-model-output-html-sanitised--frame
  return <iframe title="mail" srcDoc={DOMPurify.sanitize(html)} sandbox="allow-scripts allow-same-origin" />;
}

// ruleid: agent-model-output-html-sanitised--diagram
mermaid.initialize({ startOnLoad: false, securityLevel: "loose" });

// ok: agent-model-output-html-sanitised--diagram
mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });
