export const readPage = async (link: string) => {
  // ruleid: web-helper-urls-allow-listed
  const page = await fetch(link, { signal: AbortSignal.timeout(5000) })
  return page.text()
}

export async function search(word: string) {
  // ok: web-helper-urls-allow-listed
  return fetch(`https://docs.corp.cn/search?q=${encodeURIComponent(word)}`)
}

export async function meta(url: string) {
  // ruleid: web-helper-urls-allow-listed
  const html = await ofetch(url, { responseType: "text" });
  // ruleid: web-helper-urls-allow-listed
  await $fetch(url);
  // ok: web-helper-urls-allow-listed
  await ofetch("https://docs.corp.cn/a");
  return html;
}
