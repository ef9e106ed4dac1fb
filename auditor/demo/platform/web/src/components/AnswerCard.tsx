import { marked } from "marked";

import type { Message } from "../api";

interface Props {
  message: Message;
  onRate: (stars: number) => void;
}

export function AnswerCard({ message, onRate }: Props) {
  const html = marked.parse(message.content, { async: false });
  return (
    <article className="answer">
      <div dangerouslySetInnerHTML={{ __html: html }} />
      <footer>
        {[1, 2, 3, 4, 5].map((stars) => (
          <button key={stars} onClick={() => onRate(stars)}>
            {stars}
          </button>
        ))}
      </footer>
    </article>
  );
}
