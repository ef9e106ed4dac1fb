export const scrape = {
  name: 'scrape',
  execute: async (params, extra) => {
    params.urls = params.urls.slice(0, 3);
    return Promise.all(
      params.urls.map(async (url) => {
        // ruleid: agent-tool-urls-allow-listed--typescript
        const answer = await fetch(url);
        return answer.text();
      }),
    );
  },
};

export const status = {
  name: 'status',
  execute: async (params, extra) => {
    // ok: agent-tool-urls-allow-listed--typescript
    return Promise.all(['https://status.corp.cn/a', 'https://status.corp.cn/b'].map(async (url) => fetch(url)));
  },
};
