export function Source({ citation }: { citation: { url: string } }) {
  // ruleid: web-page-input-not-html--named-link
  const open = () => (window.location.href = citation.url);
  // ok: web-page-input-not-html--named-link
  const home = () => (window.location.href = '/agents');
  return [open, home];
}
