import DOMPurify from "dompurify";
import { marked } from "marked";

export function Summary({ answer }: { answer: string }) {
  const firstParagraph = answer.split("\n\n", 1)[0] ?? "";
  const html = marked.parse(firstParagraph, { async: false });
  return (
    <aside className="summary">
      <h2>In short</h2>
      <div dangerouslySetInnerHTML={{ __html: DOMPurify.sanitize(html) }} />
    </aside>
  );
}
