// A client of the gateway, right and wrong, for the tests of this package.

export function submit({ url, apiKey }, model = "ideogram-3") {
  return fetch(`${url}/v2/${model}`, {
    method: "POST",
    headers: { "x-api-key": apiKey, "content-type": "application/json" },
    body: JSON.stringify({ prompt: "A paper boat" }),
  });
}

/** Put the key into a URL: a MUST rule forbids that. */
export async function showKey(account) {
  const { url, apiKey } = account;
  await fetch(`${url}/v1/get-user-credits?api_key=${apiKey}`, { headers: { "x-api-key": apiKey } });
}

/** Ask for a result before there is one: a SHOULD rule advises against that. */
export async function askEarly(account) {
  const { response_url: url } = await (await submit(account)).json();
  await fetch(url, { headers: { "x-api-key": account.apiKey } });
}
