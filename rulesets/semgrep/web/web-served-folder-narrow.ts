import express from "express";

const app = express();

// ruleid: web-served-folder-narrow--typescript
app.use(express.static("."));

// ruleid: web-served-folder-narrow--typescript
app.use("/files", express.static(process.cwd(), { dotfiles: "allow" }));

// ok: web-served-folder-narrow--typescript
app.use(express.static("public"));

// ok: web-served-folder-narrow--typescript
app.use(express.static(path.join(__dirname, "dist")));
