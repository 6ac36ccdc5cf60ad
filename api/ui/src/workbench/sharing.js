// The permanent link to a query: it names query and edition, and its answer stays the same bytes.
import { told } from "./asking.js";
import { h } from "./dom.js";
import { cite, say } from "./settings.js";

/** What to show for the link: a field to copy from, and a word whether it is copied already. Raises Fault. */
export async function link(query, edition) {
  const asked = { method: "POST", body: new URLSearchParams({ query }), headers: { Accept: "application/json" } };
  const answer = await fetch(cite(edition ? { edition } : {}), asked);
  if (!answer.ok) throw await told(answer);
  const { path } = await answer.json();
  const address = new URL(path, location.href).href;
  const field = h("input", { type: "text", readonly: true, value: address, "aria-label": say("share_label"), onfocus: ({ target }) => target.select() });
  const isCopied = await navigator.clipboard?.writeText(address).then(() => true, () => false);
  return [h("p", { class: "small" }, say(isCopied ? "share_copied" : "share_copy")), field];
}
