import { BrowserWindow } from "electron";

const one = new BrowserWindow({
  // ruleid: web-desktop-page-isolated
  webPreferences: { nodeIntegration: true, contextIsolation: false },
});

const two = new BrowserWindow({
  // ok: web-desktop-page-isolated
  webPreferences: { nodeIntegration: false, contextIsolation: true, sandbox: true },
});
