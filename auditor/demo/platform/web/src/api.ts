export interface Answer {
  answer: string;
}

export interface Message {
  id: string;
  role: "customer" | "assistant";
  content: string;
}

const BASE = "/v1/chat";

async function post<T>(path: string, body: unknown): Promise<T> {
  const response = await fetch(`${BASE}${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${sessionStorage.getItem("token") ?? ""}` },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  });
  if (!response.ok) {
    throw new Error(`${path}: ${response.status}`);
  }
  return (await response.json()) as T;
}

export function ask(text: string, phone: string): Promise<Answer> {
  return post<Answer>("/questions", { text, phone });
}

export function rate(answerId: string, stars: number): Promise<unknown> {
  return post("/feedback", { answer_id: answerId, stars });
}
