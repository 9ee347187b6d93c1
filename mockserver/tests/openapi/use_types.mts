// What a program does with the types that openapi-typescript makes: submit, poll, read the balance.
import type { components, paths } from "./gateway.js";

type Submit = paths["/v2/ideogram-3"]["post"];
type Body = Submit["requestBody"]["content"]["application/json"];
type Queued = Submit["responses"]["200"]["content"]["application/json"];
type Status = paths["/v2/requests/{id}/status"]["get"]["responses"]["200"]["content"]["application/json"];
type Credits = components["schemas"]["Body-credits"];

declare const process: { argv: string[] };

const gateway = process.argv[2] ?? "";
const headers = { "x-api-key": "SG_00112233aabbccdd", "content-type": "application/json" };
const body: Body = { prompt: "A kite", seed: 123 };

async function ask<T>(path: keyof paths | string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(`${gateway}${path}`, { ...init, headers });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

const queued = await ask<Queued>("/v2/ideogram-3", { method: "POST", body: JSON.stringify(body) });
const status = await ask<Status>(`/v2/requests/${queued.request_id}/status`);
const credits = await ask<Credits>("/v1/get-user-credits");
if (status.status === undefined) throw new Error("a status has a status");
console.log(queued.status, credits.credits);
