import { ipcMain, shell } from 'electron';

export function bad(window: any) {
  window.webContents.setWindowOpenHandler(({ url }: any) => {
    // ruleid: web-external-link-scheme-checked
    shell.openExternal(url);
    return { action: 'deny' };
  });
  // ruleid: web-external-link-scheme-checked
  ipcMain.on('open', (_event, link: string) => shell.openExternal(link));
}

export function good(window: any) {
  window.webContents.setWindowOpenHandler(({ url }: any) => {
    if (url.startsWith('https://')) {
      // ok: web-external-link-scheme-checked
      shell.openExternal(url);
    }
    return { action: 'deny' };
  });
  ipcMain.handle('open', async (_event, link: string) => {
    const { protocol } = new URL(link);
    if (protocol !== 'https:') return;
    // ok: web-external-link-scheme-checked
    await shell.openExternal(link);
  });
  // ok: web-external-link-scheme-checked
  ipcMain.on('help', () => shell.openExternal('https://docs.corp.cn'));
}
