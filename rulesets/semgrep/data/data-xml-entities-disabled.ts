import libxmljs from "libxmljs2";

// ruleid: data-xml-entities-disabled--typescript
export const one = (text: string) => libxmljs.parseXml(text, { noent: true, dtdload: true });

// ok: data-xml-entities-disabled--typescript
export const two = (text: string) => libxmljs.parseXml(text, { noent: false, nonet: true });

// ok: data-xml-entities-disabled--typescript
export const three = (text: string) => libxmljs.parseXml(text);
