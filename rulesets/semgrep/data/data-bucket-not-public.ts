// ruleid: data-bucket-not-public--typescript
const statement = { Effect: "Allow", Principal: "*", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::files/*"] };

// ok: data-bucket-not-public--typescript
const denied = { Effect: "Deny", Principal: "*", Action: ["s3:*"], Resource: ["*"] };

export async function put(s3: S3Client, key: string, body: Buffer) {
  // ruleid: data-bucket-not-public--typescript
  await s3.send(new PutObjectCommand({ Bucket: "files", Key: key, Body: body, ACL: "public-read" }));
}

export async function putOwn(s3: S3Client, key: string, body: Buffer) {
  // ok: data-bucket-not-public--typescript
  await s3.send(new PutObjectCommand({ Bucket: "files", Key: key, Body: body }));
}
