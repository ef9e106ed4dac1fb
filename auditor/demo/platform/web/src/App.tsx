import { useState } from "react";

import { ask, rate, type Message } from "./api";
import { AnswerCard } from "./components/AnswerCard";
import { Summary } from "./components/Summary";

export function App() {
  const [messages, setMessages] = useState<Message[]>([]);
  const [text, setText] = useState("");
  const [phone, setPhone] = useState("");
  const [busy, setBusy] = useState(false);

  async function send() {
    setBusy(true);
    try {
      const { answer } = await ask(text, phone);
      setMessages((before) => [
        ...before,
        { id: crypto.randomUUID(), role: "customer", content: text },
        { id: crypto.randomUUID(), role: "assistant", content: answer },
      ]);
      setText("");
    } finally {
      setBusy(false);
    }
  }

  const last = messages.findLast((message) => message.role === "assistant");
  return (
    <main>
      <h1>Loan assistant</h1>
      {messages.map((message) =>
        message.role === "assistant" ? (
          <AnswerCard key={message.id} message={message} onRate={(stars) => rate(message.id, stars)} />
        ) : (
          <p key={message.id} className="customer">
            {message.content}
          </p>
        ),
      )}
      {last && <Summary answer={last.content} />}
      <input value={phone} onChange={(event) => setPhone(event.target.value)} placeholder="Phone" />
      <textarea value={text} onChange={(event) => setText(event.target.value)} />
      <button disabled={busy || !text} onClick={send}>
        Send
      </button>
    </main>
  );
}
